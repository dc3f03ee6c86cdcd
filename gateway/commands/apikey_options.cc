// The options of the commands that look after keys.
#include <memory>

#include "gateway/api/permission.h"
#include "gateway/commands/apikey_command.h"
#include "gateway/commands/shell.h"

namespace rastro {

void add_apikey_commands(CLI::App& app, Shell& shell) {
  struct Options {
    std::string name;
    std::string role = std::string(role_name(Role::kOperator));
    std::vector<std::string> scopes;
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
  create->add_option("--role", o->role, "what it may do: " + role_names() + "; each what those before it may")
      ->capture_default_str();
  create->add_option("--scope", o->scopes, "good for these only: " + scope_names())->delimiter(',');
  create->callback([&shell, o] {
    shell.with_config([&](const Config& config) {
      return run_apikey_create(config, o->name, o->role, o->scopes, shell.output());
    });
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
