#include "gateway/commands/webhook_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>

#include "forwarder/webhooks/event.h"
#include "gateway/database.h"
#include "gateway/webhooks/webhook_json.h"

namespace rastro {
namespace {

int fail(const AdminOutput& to, std::string_view sentence, int exit_code = 1) {
  to.err << "rastro: " << sentence << '\n';
  return exit_code;
}

int show_secret(std::int64_t id, const std::string& secret, const AdminOutput& to) {
  if (to.json) {
    to.out << fmt::format(R"({{"id":{},"secret":"{}"}})", id, secret) << '\n';
    return 0;
  }
  to.err << fmt::format("Webhook {}. This secret is shown once; the receiver checks signatures with it:\n",
                        id);
  to.out << secret << '\n';
  return 0;
}

// What was done with `id`, or that there is none.
int answer(const postgis::Result<bool>& done, std::string_view name, std::int64_t id, const AdminOutput& to) {
  if (!done) return fail(to, done.error().sentence);
  if (!*done) return fail(to, fmt::format("there is no such {}: {}", name, id));
  if (to.json) to.out << fmt::format(R"({{"id":{}}})", id) << '\n';
  return 0;
}

void print_deliveries(const postgis::Table& table, const AdminOutput& to) {
  const char* between = "[";
  for (int row = 0; row < table.size; ++row) {
    const auto text = [&](int column) { return table.rows.text(row, column); };
    if (to.json) {
      std::string line = std::exchange(between, ",\n ");
      line += fmt::format(
          R"({{"id":{},"event":{{"id":"{}","type":"{}","data":{}}},"state":"{}","failures":{},"attempts":{}}})",
          text(0), text(1), text(2), text(5), text(6), text(7), text(9));
      to.out << line;
    } else {
      to.out << fmt::format("{:>8}  {:<10} {:<20} {} failures  {}\n", text(0), text(6), text(2), text(7),
                            text(1));
    }
  }
  if (to.json) to.out << (table.size == 0 ? "[]\n" : "]\n");
}

}  // namespace

int run_webhook_list(const Config& config, const AdminOutput& to) {
  const auto webhooks = postgis::WebhookStore(database_url(config)).list();
  if (!webhooks) return fail(to, webhooks.error().sentence);
  if (to.json) {
    const char* between = "[";
    for (const auto& webhook : *webhooks) to.out << std::exchange(between, ",\n ") << webhook_json(webhook);
    to.out << (webhooks->empty() ? "[]\n" : "]\n");
    return 0;
  }
  for (const auto& webhook : *webhooks) {
    to.out << fmt::format("{:>4}  {:<7} {} pending, {} failed  {}  {}\n", webhook.id,
                          webhook.active ? "active" : "paused", webhook.pending, webhook.failed, webhook.url,
                          webhook.events.empty() ? "all" : fmt::format("{}", fmt::join(webhook.events, ",")));
  }
  return 0;
}

int run_webhook_add(const Config& config, const std::string& url, const std::vector<std::string>& events,
                    const AdminOutput& to) {
  const auto fault = webhooks::find_target_fault(url, config.webhooks.allow_private);
  if (fault != webhooks::TargetFault::kNone) return fail(to, target_fault_in_english(fault), 2);
  for (const std::string& event : events) {
    if (!webhooks::is_event_type(event))
      return fail(to, fmt::format("'{}' is none of {}", event, fmt::join(webhooks::kEventTypes, ", ")), 2);
  }
  const std::string secret = make_webhook_secret();
  const auto id =
      postgis::WebhookStore(database_url(config)).add({.url = url, .events = events}, secret, shell_actor());
  if (!id) return fail(to, id.error().sentence);
  if (!*id) return fail(to, fmt::format("there are {} webhooks already", postgis::kMaxWebhooks));
  return show_secret(**id, secret, to);
}

int run_webhook_remove(const Config& config, std::int64_t id, const AdminOutput& to) {
  return answer(postgis::WebhookStore(database_url(config)).remove(id, shell_actor()), "webhook", id, to);
}

int run_webhook_secret(const Config& config, std::int64_t id, const AdminOutput& to) {
  const std::string secret = make_webhook_secret();
  const auto changed = postgis::WebhookStore(database_url(config)).set_secret(id, secret, shell_actor());
  if (!changed || !*changed) return answer(changed, "webhook", id, to);
  return show_secret(id, secret, to);
}

int run_webhook_test(const Config& config, std::int64_t id, const AdminOutput& to) {
  const auto delivery = postgis::WebhookStore(database_url(config)).ping(id, shell_actor());
  if (!delivery) return fail(to, delivery.error().sentence);
  if (!*delivery) return fail(to, fmt::format("there is no active webhook {}", id));
  to.out << (to.json ? fmt::format(R"({{"delivery_id":{}}})", **delivery)
                     : fmt::format("a ping is on its way as delivery {}", **delivery))
         << '\n';
  return 0;
}

int run_webhook_deliveries(const Config& config, std::int64_t id, const std::string& state, int limit,
                           const AdminOutput& to) {
  const auto table = postgis::WebhookStore(database_url(config))
                         .deliveries({.webhook_id = id, .state = state, .limit = limit});
  if (!table) return fail(to, table.error().sentence);
  print_deliveries(*table, to);
  return 0;
}

int run_webhook_resend(const Config& config, std::int64_t delivery_id, const AdminOutput& to) {
  return answer(postgis::WebhookStore(database_url(config)).resend(delivery_id, shell_actor()), "delivery",
                delivery_id, to);
}

}  // namespace rastro
