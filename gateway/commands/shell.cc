#include "gateway/commands/shell.h"

#include <algorithm>

#include "gateway/config/config_file.h"

namespace rastro {

std::optional<ConfigResult> Shell::load() {
  ConfigResult result = read_config(config_file);
  if (result.errors.empty()) return result;
  for (const ConfigError& error : result.errors) std::cerr << text_of(error, config_file) << '\n';
  exit_code = 2;
  return {};
}

CLI::App* add_configured(CLI::App& to, Shell& shell, const std::string& name, const std::string& help) {
  CLI::App* command = to.add_subcommand(name, help);
  command->add_option("--config", shell.config_file,
                      "configuration file (YAML); without one: defaults and environment");
  return command;
}

std::string option_of(const DeviceSettingHelp& setting) {
  std::string option = "--" + std::string(setting.name);
  std::ranges::replace(option, '_', '-');
  return option;
}

}  // namespace rastro
