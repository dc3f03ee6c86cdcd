// The options of the commands about Persat's catalogue.
#include <memory>

#include "gateway/commands/persat_command.h"
#include "gateway/commands/shell.h"

namespace rastro {
namespace {

struct PersatArguments {
  std::string imei;
  std::string device;
  std::string uid_client;
  std::string take;
  std::string filter;
  int limit = 50;
};

// What the subcommands are made with.
struct PersatCommands {
  CLI::App& persat;
  Shell& shell;
  std::shared_ptr<PersatArguments> o;

  // run(Config, AdminOutput)
  template <typename Run>
  CLI::App* add(const char* name, const char* help, Run run) {
    CLI::App* command = add_configured(persat, shell, name, help);
    command->add_flag("--json", shell.json, "for machines");
    command->callback([to = &shell, run] {
      to->with_config([&](const Config& config) { return run(config, to->output()); });
    });
    return command;
  }
  void add_limit(CLI::App* command) {
    command->add_option("--limit", o->limit, "so many at most")->check(CLI::Range(1, 10000));
  }
};

void add_lists(PersatCommands& commands) {
  const auto o = commands.o;
  commands.add_limit(commands.add(
      "clients", "clients without a usable position, with the reason",
      [o](const Config& config, const AdminOutput& to) { return run_persat_clients(config, o->limit, to); }));
  CLI::App* conflicts =
      commands.add("conflicts", "where clients differ from Persat's: number, kind, member, here, at Persat",
                   [o](const Config& config, const AdminOutput& to) {
                     return run_persat_conflicts(config, o->filter, o->limit, to);
                   });
  conflicts->add_option("--kind", o->filter, "conflict, local, removed or gone")
      ->check(CLI::IsMember({"conflict", "local", "removed", "gone"}));
  commands.add_limit(conflicts);
  CLI::App* events = commands.add("events", "what came to the webhook, the newest first",
                                  [o](const Config& config, const AdminOutput& to) {
                                    return run_persat_events(config, o->filter, o->limit, to);
                                  });
  events->add_option("--state", o->filter, "waiting, applied, unknown or failed")
      ->check(CLI::IsMember({"waiting", "applied", "unknown", "failed"}));
  commands.add_limit(events);
}

void add_acts(PersatCommands& commands) {
  const auto o = commands.o;
  CLI::App* match = commands.add("match", "say by hand which of Persat's devices a tracker is",
                                 [o](const Config& config, const AdminOutput& to) {
                                   return run_persat_match(config, o->imei, o->device, to);
                                 });
  match->add_option("imei", o->imei)->required();
  match->add_option("device", o->device, "its id at Persat, or none")->required();
  commands
      .add("unmatch", "leave it to the table and the serial number again",
           [o](const Config& config, const AdminOutput& to) {
             return run_persat_unmatch(config, o->imei, to);
           })
      ->add_option("imei", o->imei)
      ->required();
  CLI::App* resolve = commands.add("resolve", "decide all differences of a client",
                                   [o](const Config& config, const AdminOutput& to) {
                                     return run_persat_resolve(config, o->uid_client, o->take, to);
                                   });
  resolve->add_option("uid_client", o->uid_client)->required();
  resolve->add_option("--take", o->take, "persat or local")
      ->required()
      ->check(CLI::IsMember({"persat", "local"}));
}

}  // namespace

void add_persat_commands(CLI::App& app, Shell& shell) {
  CLI::App* persat =
      app.add_subcommand("persat", "devices and clients in step with Persat's")->require_subcommand(1);
  PersatCommands commands{*persat, shell, std::make_shared<PersatArguments>()};
  commands.add("status", "when it was read last, and how it stands", run_persat_status);
  commands.add("sync", "read devices and clients now", run_persat_sync);
  commands.add("devices", "which tracker is which of Persat's devices, and how that is known",
               run_persat_devices);
  add_lists(commands);
  add_acts(commands);
}

}  // namespace rastro
