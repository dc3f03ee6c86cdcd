#include "gateway/commands/command_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "gateway/app.h"
#include "gateway/commands/admin.h"
#include "gateway/commands/decode.h"
#include "gateway/commands/device_command.h"
#include "gateway/commands/journal.h"
#include "gateway/commands/redecode.h"
#include "gateway/commands/simulate.h"
#include "gateway/config.h"
#include "gateway/database.h"
#include "gateway/device_settings_text.h"
#include "gateway/log.h"
#include "gateway/version.h"
#include "schema/json.h"

namespace rastro {
namespace {

// What the subcommands share: where the configuration is, and the exit code that the one that ran gave.
struct Shell {
  std::string config_file;
  bool json = false;
  int exit_code = 0;

  AdminOutput output() const { return {std::cout, std::cerr, json}; }

  // The configuration, or nothing and exit code 2 after every mistake was said.
  std::optional<Config> load() {
    std::string yaml;
    if (!config_file.empty()) {
      std::ifstream in(config_file);
      std::ostringstream text;
      if (!in || !(text << in.rdbuf())) {
        std::error_code error;
        const bool empty = in && std::filesystem::file_size(config_file, error) == 0 && !error;
        if (!empty) {
          std::cerr << "rastro: cannot read " << config_file << '\n';
          exit_code = 2;
          return {};
        }
      }
      yaml = text.str();
    }
    ConfigResult result = load_config(yaml, process_environment());
    if (result.errors.empty()) return std::move(result.config);
    const std::string place = config_file.empty() ? "configuration" : config_file;
    for (const ConfigError& error : result.errors) {
      std::cerr << place << (error.line > 0 ? ":" + std::to_string(error.line) : "") << ": " << error.text
                << '\n';
    }
    exit_code = 2;
    return {};
  }

  // Runs a command that needs the configuration.
  template <typename Command>
  void with_config(Command command) {
    if (const auto config = load()) exit_code = command(*config);
  }
};

CLI::App* add_configured(CLI::App& to, Shell& shell, const std::string& name, const std::string& help) {
  CLI::App* command = to.add_subcommand(name, help);
  command->add_option("--config", shell.config_file,
                      "configuration file (YAML); without one: defaults and environment");
  return command;
}

void add_gateway_commands(CLI::App& app, Shell& shell) {
  add_configured(app, shell, "serve", "run the gateway")->callback([&shell] {
    shell.with_config([](const Config& config) {
      set_up_log(config.log_level);
      return run_serve(config);
    });
  });
  CLI::App* check = add_configured(app, shell, "check-config", "say every mistake of a configuration");
  auto list_keys = std::make_shared<bool>(false);
  check->add_flag("--keys", *list_keys, "list all keys with their defaults instead");
  check->callback([&shell, list_keys] {
    if (*list_keys) {
      std::cout << describe_config();
    } else {
      shell.with_config([](const Config&) {
        std::cout << "the configuration is good\n";
        return 0;
      });
    }
  });
  add_configured(app, shell, "migrate", "bring the database schema up to date")->callback([&shell] {
    shell.with_config([&](const Config& config) { return run_migrate(config, shell.output()); });
  });
  CLI::App* database = app.add_subcommand("database", "the database in use")->require_subcommand(1);
  add_configured(*database, shell, "url", "print the URL that reaches it (it may hold a password)")
      ->callback([&shell] {
        shell.with_config([](const Config& config) {
          std::cout << database_url(config) << '\n';
          return 0;
        });
      });
}

// "--time-zone"
std::string option_of(const DeviceSettingHelp& setting) {
  std::string option = "--" + std::string(setting.name);
  std::ranges::replace(option, '_', '-');
  return option;
}

void add_decode_command(CLI::App& app, Shell& shell) {
  struct Options {
    DecodeOptions decode;
    std::string transport = "tcp", imei, crc = "strict", file = "-";
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("decode", "decode frames, one hex string a line, to JSON");
  command->add_option("--protocol", options->decode.protocol, "gt06 or teltonika")->required();
  command->add_option("--transport", options->transport)
      ->check(CLI::IsMember({"tcp", "udp"}))
      ->capture_default_str();
  command->add_option("--imei", options->imei, "start every connection as logged in with this identity");
  for (const DeviceSettingHelp& setting : device_setting_helps()) {
    const std::string name(setting.name);
    const auto set = [options, name](const std::string& value) {
      const auto wrong = set_device_setting(options->decode.session.settings, name, value);
      if (wrong) throw CLI::ValidationError(name, *wrong);
    };
    if (name == "io16") {
      command->add_flag_callback(
          option_of(setting), [set] { set("true"); }, std::string(setting.help));
    } else {
      command->add_option_function<std::string>(option_of(setting), set, std::string(setting.help));
    }
  }
  command->add_option_function<std::string>(
      "--received",
      [options](const std::string& value) {
        const auto time_ms = parse_iso8601(value);
        if (!time_ms) throw CLI::ValidationError("received", "expected a time such as 2026-11-24T15:30:00Z");
        options->decode.received_ms = *time_ms;
      },
      "when the bytes came: corrects clocks by it and answers requests for the time");
  command->add_option("--crc", options->crc, "accept: decode frames with a wrong checksum too")
      ->check(CLI::IsMember({"strict", "accept"}))
      ->capture_default_str();
  command->add_option("file", options->file, "file, or - for standard input")->capture_default_str();
  command->callback([&shell, options] {
    SessionOptions& session = options->decode.session;
    session.transport = options->transport == "udp" ? Transport::kUdp : Transport::kTcp;
    session.checksum = options->crc == "accept" ? ChecksumPolicy::kAccept : ChecksumPolicy::kStrict;
    session.identity = DeviceIdentity(options->imei);
    if (options->file == "-") {
      shell.exit_code = run_decode(options->decode, std::cin, std::cout, std::cerr);
      return;
    }
    std::ifstream in(options->file);
    if (!in) {
      std::cerr << "rastro: cannot read " << options->file << '\n';
      shell.exit_code = 1;
      return;
    }
    shell.exit_code = run_decode(options->decode, in, std::cout, std::cerr);
  });
}

void add_simulate_command(CLI::App& app, Shell& shell) {
  auto options = std::make_shared<SimulateOptions>();
  CLI::App* command = app.add_subcommand("simulate", "speak to a gateway as devices do");
  command->add_option("--protocol", options->protocol, "gt06 or teltonika")->required();
  command->add_option("--target", options->target, "address and port of the gateway's listener")->required();
  command->add_option("--transport", options->transport)
      ->check(CLI::IsMember({"tcp", "udp"}))
      ->capture_default_str();
  command->add_option("--devices", options->devices)->required();
  command->add_option("--duration", options->duration_s, "seconds")->required()->check(CLI::PositiveNumber);
  command
      ->add_option("--interval-ms", options->interval_ms,
                   "between packets; 0: as fast as acknowledgements allow")
      ->capture_default_str();
  command->add_option("--records-per-packet", options->records_per_packet)->capture_default_str();
  command->add_option("--connections-from", options->connections_from,
                      "local addresses to connect from, with commas");
  command->add_option("--seed", options->seed, "same seed, same devices and roads")->capture_default_str();
  command->add_option("--ledger", options->ledger, "file for a line of each acknowledged record");
  command
      ->add_option("--duplicate-percent", options->duplicate_percent,
                   "packets that are sent again once acknowledged")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_flag("--list-devices", options->list_devices, "print the devices' identities and end");
  command->callback([&shell, options] {
    shell.exit_code = run_simulate(*options, std::cout, std::cerr, ::isatty(STDERR_FILENO) == 1);
  });
}

void add_journal_commands(CLI::App& app, Shell& shell) {
  auto dir = std::make_shared<std::string>();
  CLI::App* journal = app.add_subcommand("journal", "read a journal offline")->require_subcommand(1);
  const auto add = [&](const char* name, const char* help,
                       int (*run)(const std::string&, std::ostream&, std::ostream&)) {
    CLI::App* command = journal->add_subcommand(name, help);
    command->add_option("dir", *dir, "the data folder, or the journal folder in it")->required();
    command->callback([&shell, dir, run] { shell.exit_code = run(*dir, std::cout, std::cerr); });
  };
  add("verify", "check every record", run_journal_verify);
  add("ls", "list the segments", run_journal_ls);
  add("cat", "print every record as JSON", run_journal_cat);

  auto options = std::make_shared<RedecodeOptions>();
  CLI::App* redecode =
      add_configured(*journal, shell, "redecode",
                     "decode frames that were kept raw with today's decoder, and show the difference");
  redecode->add_option("dir", options->dir,
                       "the data folder, or the journal folder in it; default: data_dir");
  redecode->add_flag("--apply", options->apply, "write the new reading, in one transaction");
  redecode->add_flag("--all", options->all, "also what today's version decoded: after a change of settings");
  redecode->add_option("--show", options->show, "differences to print")->capture_default_str();
  redecode->callback([&shell, options] {
    shell.with_config([&](const Config& config) {
      if (options->dir.empty()) options->dir = config.data_dir;
      return run_journal_redecode(config, *options, std::cout, std::cerr);
    });
  });
}

void add_command_commands(CLI::App& device, Shell& shell) {
  struct Options {
    std::string imei, text, kind, ttl = "1d", state;
    CommandRequest request;
    std::int64_t wait_s = 0;
    int limit = 20;
  };
  auto o = std::make_shared<Options>();
  CLI::App* command = add_configured(device, shell, "command", "give a device a command");
  command->add_flag("--json", shell.json, "for machines");
  command->add_option("imei", o->imei)->required();
  auto* text = command->add_option("text", o->text, "in the device's own language");
  auto* kind = command->add_option("--kind", o->kind, "or by name: locate, status, interval, fuel-cut, …");
  command->add_option("--argument", o->request.argument, "of the kind: interval takes seconds");
  command->add_option("--ttl", o->ttl, "how long it may wait for the device: 90s, 15m, 1h, 7d")
      ->check([](const std::string& value) {
        return parse_duration_s(value) ? std::string() : "expected a time such as 90s, 15m, 1h or 7d";
      })
      ->capture_default_str();
  command->add_flag("--repeat", o->request.repeat, "send it on every new connection until it is answered");
  command->add_flag("--check-identity", o->request.check_identity,
                    "let the device refuse it when its IMEI is another (Teltonika codec 14)");
  command->add_flag("--confirm-fuel-cut", o->request.confirm_fuel_cut, "yes, this may stop a vehicle");
  command->add_option("--wait", o->wait_s, "seconds to wait for the answer")->check(CLI::Range(0, 86400));
  command->callback([&shell, o, text, kind] {
    if (text->count() > 0) o->request.text = o->text;
    if (kind->count() > 0) o->request.kind = o->kind;
    o->request.ttl_s = parse_duration_s(o->ttl).value_or(0);
    shell.with_config([&](const Config& config) {
      return run_device_command(config, o->imei, o->request, o->wait_s, shell.output());
    });
  });
  CLI::App* list = add_configured(device, shell, "commands", "what a device was told, newest first");
  list->add_flag("--json", shell.json, "for machines");
  list->add_option("imei", o->imei)->required();
  list->add_option("--state", o->state)
      ->check(CLI::IsMember({"queued", "sent", "answered", "expired", "refused"}));
  list->add_option("--limit", o->limit)->check(CLI::Range(1, 100000))->capture_default_str();
  list->callback([&shell, o] {
    shell.with_config([&](const Config& config) {
      return run_device_commands(config, o->imei, o->state, o->limit, shell.output());
    });
  });
}

void add_device_commands(CLI::App& app, Shell& shell) {
  struct Options {
    std::string imei, name, status;
    std::int64_t persat_id = 0;
    postgis::NamedTexts settings;
  };
  auto o = std::make_shared<Options>();
  CLI::App* device = app.add_subcommand("device", "list, add and change devices, and give them commands")
                         ->require_subcommand(1);
  add_command_commands(*device, shell);
  const auto add = [&](const char* name, const char* help) {
    CLI::App* command = add_configured(*device, shell, name, help);
    command->add_flag("--json", shell.json, "for machines");
    return command;
  };
  CLI::App* list = add("list", "all devices, or those of one status");
  list->add_option("--status", o->status)->check(CLI::IsMember({"active", "pending", "disabled"}));
  list->callback([&shell, o] {
    shell.with_config(
        [&](const Config& config) { return run_device_list(config, o->status, shell.output()); });
  });
  CLI::App* create = add("add", "enter a device, active from the start");
  create->add_option("imei", o->imei)->required();
  create->add_option("--name", o->name);
  auto* create_persat = create->add_option("--persat-id", o->persat_id, "its device_id at Persat");
  create->callback([&shell, o, create_persat] {
    const auto id = create_persat->count() > 0 ? std::optional(o->persat_id) : std::nullopt;
    shell.with_config(
        [&](const Config& config) { return run_device_add(config, o->imei, o->name, id, shell.output()); });
  });
  const auto add_status = [&](const char* name, const char* status, const char* help) {
    CLI::App* command = add(name, help);
    command->add_option("imei", o->imei)->required();
    command->callback([&shell, o, status] {
      shell.with_config(
          [&](const Config& config) { return run_device_status(config, o->imei, status, shell.output()); });
    });
  };
  add_status("activate", "active", "let a pending or disabled device take part");
  add_status("disable", "disabled", "refuse a device from its next login on");
  CLI::App* change = add("set", "change a device");
  change->add_option("imei", o->imei)->required();
  auto* name = change->add_option("--name", o->name);
  auto* persat = change->add_option("--persat-id", o->persat_id);
  for (const DeviceSettingHelp& setting : device_setting_helps()) {
    const std::string key(setting.name);
    change->add_option_function<std::string>(
        option_of(setting), [o, key](const std::string& value) { o->settings[key] = value; },
        std::string(setting.help) + "; '' takes it away");
  }
  change->callback([&shell, o, name, persat] {
    if (name->count() + persat->count() + o->settings.size() == 0) {
      std::cerr << "rastro: nothing to change: give --name, --persat-id or a setting\n";
      shell.exit_code = 2;
      return;
    }
    shell.with_config([&](const Config& config) {
      return run_device_change(config, o->imei, name->count() > 0 ? std::optional(o->name) : std::nullopt,
                               persat->count() > 0 ? std::optional(o->persat_id) : std::nullopt, o->settings,
                               shell.output());
    });
  });
}

void add_client_commands(CLI::App& app, Shell& shell) {
  struct Options {
    postgis::NewClient client;
    std::int64_t id = 0;
  };
  auto o = std::make_shared<Options>();
  CLI::App* client = app.add_subcommand("client", "the places that vehicles go to")->require_subcommand(1);
  const auto add = [&](const char* name, const char* help) {
    CLI::App* command = add_configured(*client, shell, name, help);
    command->add_flag("--json", shell.json, "for machines");
    return command;
  };
  add("list", "all clients")->callback([&shell] {
    shell.with_config([&](const Config& config) { return run_client_list(config, shell.output()); });
  });
  CLI::App* enter = add("add", "enter a client");
  enter->add_option("name", o->client.company_name)->required();
  enter->add_option("--latitude", o->client.latitude_deg, "degrees, south negative")
      ->required()
      ->check(CLI::Range(-90.0, 90.0));
  enter->add_option("--longitude", o->client.longitude_deg, "degrees, west negative")
      ->required()
      ->check(CLI::Range(-180.0, 180.0));
  enter->add_option("--radius", o->client.radius_m, "metres around it that are the client's")
      ->check(CLI::Range(1.0, 100000.0))
      ->capture_default_str();
  enter->add_option("--uid", o->client.uid, "its number in your own books");
  enter->callback([&shell, o] {
    shell.with_config(
        [&](const Config& config) { return run_client_add(config, o->client, shell.output()); });
  });
  CLI::App* remove = add("remove", "remove a client");
  remove->add_option("id", o->id)->required();
  remove->callback([&shell, o] {
    shell.with_config([&](const Config& config) { return run_client_remove(config, o->id, shell.output()); });
  });
}

void add_apikey_commands(CLI::App& app, Shell& shell) {
  struct Options {
    std::string name;
    std::int64_t id = 0;
  };
  auto o = std::make_shared<Options>();
  CLI::App* apikey = app.add_subcommand("apikey", "keys of the API")->require_subcommand(1);
  const auto add = [&](const char* name, const char* help) {
    CLI::App* command = add_configured(*apikey, shell, name, help);
    command->add_flag("--json", shell.json, "for machines");
    return command;
  };
  CLI::App* create = add("create", "make a key and show it once");
  create->add_option("name", o->name, "what it is for")->required();
  create->callback([&shell, o] {
    shell.with_config(
        [&](const Config& config) { return run_apikey_create(config, o->name, shell.output()); });
  });
  add("list", "all keys, by their first characters")->callback([&shell] {
    shell.with_config([&](const Config& config) { return run_apikey_list(config, shell.output()); });
  });
  CLI::App* revoke = add("revoke", "end a key at once");
  revoke->add_option("id", o->id)->required();
  revoke->callback([&shell, o] {
    shell.with_config([&](const Config& config) { return run_apikey_revoke(config, o->id, shell.output()); });
  });
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app("Rastro: takes what GPS trackers send, keeps it, and passes it on");
  app.set_version_flag("--version", fmt::format("rastro {} ({}, {})", kVersion, kCommit, kBuildType));
  app.require_subcommand(1);
  Shell shell;
  add_gateway_commands(app, shell);
  add_decode_command(app, shell);
  add_simulate_command(app, shell);
  add_journal_commands(app, shell);
  add_device_commands(app, shell);
  add_client_commands(app, shell);
  add_apikey_commands(app, shell);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  return shell.exit_code;
}

}  // namespace rastro
