#include "gateway/metrics/webhook_metrics.h"

#include <algorithm>

#include "forwarder/webhooks/event.h"

namespace rastro {
namespace {

prometheus::Gauge& add_gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

WebhookMetrics::WebhookMetrics(prometheus::Registry& registry)
    : pending_(
          add_gauge(registry, "rastro_webhook_pending", "Deliveries to subscribers that are not made yet.")),
      oldest_(add_gauge(registry, "rastro_webhook_oldest_pending_seconds",
                        "Age of the oldest event that some subscriber has not got yet.")),
      failed_(add_gauge(registry, "rastro_webhook_failed",
                        "Deliveries that were given up after the last attempt, of those that are kept.")),
      failing_(add_gauge(registry, "rastro_webhook_failing",
                         "Active subscriptions whose last attempt did not succeed.")) {
  auto& attempts = prometheus::BuildCounter()
                       .Name("rastro_webhook_attempts_total")
                       .Help(
                           "Attempts to tell subscribers of events, by type, and by what became of the "
                           "delivery: delivered, retried (later again), failed (the last).")
                       .Register(registry);
  auto& events = prometheus::BuildCounter()
                     .Name("rastro_webhook_events_total")
                     .Help(
                         "Events that were noted for subscribers since the database was made, by type; "
                         "every gateway shows those of all.")
                     .Register(registry);
  const auto add = [&](std::string_view type) {
    events_[std::string(type)] = &events.Add({{"type", std::string(type)}});
    ByState& states = attempts_[std::string(type)];
    const auto counter = [&](const char* outcome) {
      return &attempts.Add({{"type", std::string(type)}, {"outcome", outcome}});
    };
    states = {counter("delivered"), counter("retried"), counter("failed")};
  };
  std::ranges::for_each(webhooks::kEventTypes, add);
  add(webhooks::kPing);
}

void WebhookMetrics::count(std::string_view event_type, postgis::DeliveryState state) {
  const auto found = attempts_.find(event_type);
  if (found != attempts_.end()) found->second[static_cast<std::size_t>(state)]->Increment();
}

void WebhookMetrics::show(const postgis::DeliveryStanding& standing, std::int64_t now_ms) {
  constexpr double kSecond = 1000;
  pending_.Set(static_cast<double>(standing.pending));
  const std::int64_t age_ms = standing.oldest_pending_ms == 0 ? 0 : now_ms - standing.oldest_pending_ms;
  oldest_.Set(static_cast<double>(std::max<std::int64_t>(age_ms, 0)) / kSecond);
  failed_.Set(static_cast<double>(standing.failed));
  failing_.Set(static_cast<double>(standing.failing));
}

// Other gateways note events too, so what the database says is the count.
void WebhookMetrics::show(std::span<const postgis::EventCount> events) {
  for (const postgis::EventCount& event : events) {
    const auto found = events_.find(event.type);
    if (found == events_.end()) continue;
    prometheus::Counter& counter = *found->second;
    counter.Increment(static_cast<double>(event.count) - counter.Value());
  }
}

}  // namespace rastro
