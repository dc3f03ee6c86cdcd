// The options of the commands about work orders.
#include <memory>

#include "gateway/commands/shell.h"
#include "gateway/commands/work_order_command.h"

namespace rastro {
namespace {

struct WorkOrderArguments {
  WorkOrderListOptions list;
  std::string wo_id;
  std::string cause;
  std::vector<std::int64_t> labels_ids;
  bool clear_labels = false;
};

}  // namespace

void add_work_order_commands(CLI::App& app, Shell& shell) {
  auto o = std::make_shared<WorkOrderArguments>();
  CLI::App* orders =
      app.add_subcommand("workorder", "the work orders that Rastro keeps")->require_subcommand(1);
  const auto add = [&](const char* name, const char* help) {
    CLI::App* command = add_configured(*orders, shell, name, help);
    command->add_flag("--json", shell.json, "for machines");
    return command;
  };
  CLI::App* list = add("list", "the orders of some days; without days those that have no date");
  CLI::Option* from = list->add_option("--from", o->list.from, "first day, such as 2026-11-20");
  list->add_option("--to", o->list.to, "last day; without: the first")->needs(from);
  list->add_option("--state", o->list.states, "only in this state; may be repeated")->needs(from);
  list->add_option("--client", o->list.uid_client, "only of the client with this number");
  list->callback([&shell, o] {
    shell.with_config(
        [&](const Config& config) { return run_work_order_list(config, o->list, shell.output()); });
  });

  CLI::App* show = add("show", "one order, as JSON");
  show->add_option("wo_id", o->wo_id)->required();
  show->callback([&shell, o] {
    shell.with_config(
        [&](const Config& config) { return run_work_order_show(config, o->wo_id, shell.output()); });
  });

  CLI::App* cancel = add("cancel", "cancel an order that is PENDIENTE, PROYECTADA or ASIGNADA");
  cancel->add_option("wo_id", o->wo_id)->required();
  cancel->add_option("--cause", o->cause, "why, in at most 500 characters")->required();
  CLI::Option* labels =
      cancel->add_option("--label", o->labels_ids, "in place of its labels; may be repeated");
  cancel->add_flag("--no-labels", o->clear_labels, "take all labels from it")->excludes(labels);
  cancel->callback([&shell, o, labels] {
    std::optional<std::vector<std::int64_t>> labels_ids;
    if (labels->count() > 0 || o->clear_labels) labels_ids = o->labels_ids;
    shell.with_config([&](const Config& config) {
      return run_work_order_cancel(config, o->wo_id, o->cause, labels_ids, shell.output());
    });
  });
}

}  // namespace rastro
