// What subscribers of webhooks are told: something that happened, and the body that says so. Values; pure;
// any thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace rastro::webhooks {

// What can be subscribed to, as rastro.event has it (schema/sql/0016_webhook.sql).
inline constexpr std::array<std::string_view, 9> kEventTypes = {
    "visit.opened",  "visit.closed",   "trip.closed",        "alarm", "device.alarm", "device.pending",
    "device.online", "device.offline", "workorder.cancelled"};
// What a subscriber gets who asks whether it works.
inline constexpr std::string_view kPing = "ping";

inline bool is_event_type(std::string_view name) {
  return std::ranges::find(kEventTypes, name) != kEventTypes.end();
}

struct Event {
  std::string id;  // the header webhook-id too: the same in every attempt
  std::string type;
  std::int64_t time_ms = 0;
  std::string device;  // JSON object, or empty
  std::string data;    // JSON object
};

// {"eventType":…,"payload":{"id":…,"time":…,"device":…,"data":…}}: the outer form is Persat's (persat-api.md
// 4.2).
std::string event_body(const Event& event);

}  // namespace rastro::webhooks
