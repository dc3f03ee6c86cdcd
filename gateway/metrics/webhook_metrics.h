// Counts what becomes of webhooks' deliveries, and shows how many wait and how many events there were. The
// registry outlives it; one thread.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "pipeline/postgis/delivery_queue.h"

namespace rastro {

class WebhookMetrics {
 public:
  explicit WebhookMetrics(prometheus::Registry& registry);

  // An attempt for an event of that type, and how the delivery stands after it.
  void count(std::string_view event_type, postgis::DeliveryState state);
  void show(const postgis::DeliveryStanding& standing, std::int64_t now_ms);
  void show(std::span<const postgis::EventCount> events);

 private:
  static constexpr std::size_t kStates = 3;
  using ByState = std::array<prometheus::Counter*, kStates>;

  std::map<std::string, ByState, std::less<>> attempts_;
  std::map<std::string, prometheus::Counter*, std::less<>> events_;
  prometheus::Gauge& pending_;
  prometheus::Gauge& oldest_;
  prometheus::Gauge& failed_;
  prometheus::Gauge& failing_;
};

}  // namespace rastro
