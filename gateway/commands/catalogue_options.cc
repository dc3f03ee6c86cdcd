// The options of the commands that look after clients and keys.
#include <memory>

#include "gateway/commands/shell.h"

namespace rastro {

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

}  // namespace rastro
