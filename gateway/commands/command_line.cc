#include "gateway/commands/command_line.h"

#include <fmt/format.h>

#include <memory>

#include "gateway/app.h"
#include "gateway/commands/shell.h"
#include "gateway/database.h"
#include "gateway/log.h"
#include "gateway/version.h"

namespace rastro {
namespace {

void add_gateway_commands(CLI::App& app, Shell& shell) {
  add_configured(app, shell, "serve", "run the gateway")->callback([&shell] {
    const auto loaded = shell.load();
    if (!loaded) return;
    set_up_log(loaded->config.log_level);
    shell.exit_code = run_serve(*loaded, shell.config_file);
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
  add_track_commands(app, shell);
  add_work_order_commands(app, shell);
  add_webhook_commands(app, shell);
  add_forward_commands(app, shell);
  add_persat_commands(app, shell);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  return shell.exit_code;
}

}  // namespace rastro
