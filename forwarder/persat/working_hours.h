// The weekly hours of devices (persat-api.md 3.1, 3.2): what a device has, and how it is given others.
// Values.
#pragma once

#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "forwarder/persat/api.h"

namespace rastro::persat {

// Minutes since local midnight; "24:00" is an end.
struct WorkingInterval {
  std::chrono::minutes start{};
  std::chrono::minutes end{};
  bool operator==(const WorkingInterval&) const = default;
};

// Monday first; a day without intervals is one without work.
struct WorkingHours {
  std::array<std::vector<WorkingInterval>, 7> days;
  bool operator==(const WorkingHours&) const = default;
};

// Nothing when a time is none.
std::optional<WorkingHours> decode_working_hours(const boost::json::object& object);
boost::json::object encode_working_hours(const WorkingHours& hours);

// Replaces the whole week of one device. What it answers is not documented.
Result<void> set_working_hours(Api& api, std::int64_t device_id, const WorkingHours& hours);
// Of several, all or none: when one fails no other is changed.
Result<void> set_working_hours(Api& api, const std::vector<std::int64_t>& device_ids,
                               const WorkingHours& hours);

}  // namespace rastro::persat
