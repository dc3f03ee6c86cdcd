// What the subcommands of the command line share. One thread.
#pragma once

#include <CLI/CLI.hpp>
#include <iostream>
#include <optional>
#include <string>

#include "gateway/commands/admin.h"
#include "gateway/config/config.h"
#include "gateway/devices/device_settings_text.h"

namespace rastro {

// What the subcommands share: where the configuration is, and the exit code that the one that ran gave.
struct Shell {
  std::string config_file;
  bool json = false;
  int exit_code = 0;

  AdminOutput output() const { return {std::cout, std::cerr, json}; }

  // The configuration, or nothing and exit code 2 after every mistake was said.
  std::optional<ConfigResult> load();

  // Runs a command that needs the configuration.
  template <typename Command>
  void with_config(Command command) {
    if (const auto loaded = load()) exit_code = command(loaded->config);
  }
};

// A subcommand that takes --config.
CLI::App* add_configured(CLI::App& to, Shell& shell, const std::string& name, const std::string& help);

// "--time-zone"
std::string option_of(const DeviceSettingHelp& setting);

// The subcommands, each group with its options; the actions stand in files of their own.
void add_decode_command(CLI::App& app, Shell& shell);
void add_simulate_command(CLI::App& app, Shell& shell);
void add_journal_commands(CLI::App& app, Shell& shell);
void add_device_commands(CLI::App& app, Shell& shell);
void add_client_commands(CLI::App& app, Shell& shell);
void add_apikey_commands(CLI::App& app, Shell& shell);
void add_track_commands(CLI::App& app, Shell& shell);
void add_work_order_commands(CLI::App& app, Shell& shell);
void add_webhook_commands(CLI::App& app, Shell& shell);
void add_forward_commands(CLI::App& app, Shell& shell);
void add_persat_commands(CLI::App& app, Shell& shell);

}  // namespace rastro
