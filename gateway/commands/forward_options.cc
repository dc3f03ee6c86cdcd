// The options of the commands about forwarding.
#include <memory>

#include "forwarder/answer.h"
#include "gateway/commands/forward_command.h"
#include "gateway/commands/shell.h"

namespace rastro {
namespace {

struct ForwardArguments {
  std::string id;
  std::string reason;
  int limit = 100;
};

std::vector<std::string> park_reasons() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < forward::kParkReasonCount; ++i) {
    names.emplace_back(forward::park_reason_name(static_cast<forward::ParkReason>(i)));
  }
  return names;
}

}  // namespace

void add_forward_commands(CLI::App& app, Shell& shell) {
  auto o = std::make_shared<ForwardArguments>();
  CLI::App* forward =
      app.add_subcommand("forward", "positions on their way to Persat, asked of the running gateway")
          ->require_subcommand(1);
  const auto add = [&](const char* name, const char* help) {
    CLI::App* command = add_configured(*forward, shell, name, help);
    command->add_flag("--json", shell.json, "for machines");
    return command;
  };
  const CLI::IsMember is_reason(park_reasons());

  add("status", "where forwarding stands, and its books")->callback([&shell] {
    shell.with_config([&](const Config& config) { return run_forward_status(config, shell.output()); });
  });

  CLI::App* parked = add("parked", "positions that the target refused");
  parked->add_option("--reason", o->reason, "only of this reason")->check(is_reason);
  parked->add_option("--limit", o->limit, "so many at most")->check(CLI::Range(1, 1000));
  parked->callback([&shell, o] {
    shell.with_config([&](const Config& config) {
      return run_forward_parked(config, o->reason, o->limit, shell.output());
    });
  });

  CLI::App* resend = add("resend", "send a parked position again, or all of a reason");
  auto* id = resend->add_option("id", o->id, "as parked lists it");
  auto* reason = resend->add_option("--reason", o->reason)->check(is_reason)->excludes(id);
  resend->callback([&shell, o, id, reason] {
    if (id->empty() && reason->empty()) throw CLI::RequiredError("an id or --reason");
    shell.with_config([&](const Config& config) {
      return o->id.empty() ? run_forward_resend_all(config, o->reason, shell.output())
                           : run_forward_resend(config, o->id, shell.output());
    });
  });

  CLI::App* removed = add("delete", "delete a parked position");
  removed->add_option("id", o->id, "as parked lists it")->required();
  removed->callback([&shell, o] {
    shell.with_config(
        [&](const Config& config) { return run_forward_delete(config, o->id, shell.output()); });
  });
}

}  // namespace rastro
