// The options of the commands about webhooks.
#include <memory>

#include "gateway/commands/shell.h"
#include "gateway/commands/webhook_command.h"

namespace rastro {
namespace {

struct WebhookArguments {
  std::string url;
  std::vector<std::string> events;
  std::int64_t id = 0;
  std::string state;
  int limit = 50;
};

}  // namespace

void add_webhook_commands(CLI::App& app, Shell& shell) {
  auto o = std::make_shared<WebhookArguments>();
  CLI::App* webhooks =
      app.add_subcommand("webhook", "who is told of what happens, over HTTP")->require_subcommand(1);
  const auto add = [&](const char* name, const char* help) {
    CLI::App* command = add_configured(*webhooks, shell, name, help);
    command->add_flag("--json", shell.json, "for machines");
    return command;
  };
  add("list", "all subscriptions")->callback([&shell] {
    shell.with_config([&](const Config& config) { return run_webhook_list(config, shell.output()); });
  });

  CLI::App* made = add("add", "subscribe a URL; prints the secret that deliveries are signed with");
  made->add_option("url", o->url)->required();
  made->add_option("--event", o->events, "only of this type, such as visit.closed; may be repeated");
  made->callback([&shell, o] {
    shell.with_config(
        [&](const Config& config) { return run_webhook_add(config, o->url, o->events, shell.output()); });
  });

  using Act = int (*)(const Config&, std::int64_t, const AdminOutput&);
  const auto add_act = [&](const char* name, const char* help, const char* argument, Act act) {
    CLI::App* command = add(name, help);
    command->add_option(argument, o->id)->required();
    command->callback([&shell, o, act] {
      shell.with_config([&](const Config& config) { return act(config, o->id, shell.output()); });
    });
  };
  add_act("remove", "end a subscription", "id", run_webhook_remove);
  add_act("secret", "give it a new secret, and print that", "id", run_webhook_secret);
  add_act("test", "have an event ping delivered to it", "id", run_webhook_test);
  add_act("resend", "send a delivery again, whatever became of it", "delivery", run_webhook_resend);

  CLI::App* deliveries = add("deliveries", "its deliveries, the newest first");
  deliveries->add_option("id", o->id)->required();
  deliveries->add_option("--state", o->state, "pending, delivered or failed")
      ->check(CLI::IsMember({"pending", "delivered", "failed"}));
  deliveries->add_option("--limit", o->limit, "so many at most")->check(CLI::Range(1, 100000));
  deliveries->callback([&shell, o] {
    shell.with_config([&](const Config& config) {
      return run_webhook_deliveries(config, o->id, o->state, o->limit, shell.output());
    });
  });
}

}  // namespace rastro
