#include "gateway/devices/jump.h"

#include <algorithm>

#include "pipeline/tracking/place.h"

namespace rastro {
namespace {

// A first fix after a cold start is hundreds of metres off, and a cell tower's place kilometres
// (field_behaviour.md 4): what is nearer says nothing about who speaks.
constexpr double kLeastJumpM = 10'000;
constexpr double kMsPerHour = 3'600'000;

}  // namespace

Jump jump_between(const LivePosition& from, const LivePosition& to) {
  const double distance_m =
      tracking::distance_m({from.latitude_deg, from.longitude_deg}, {to.latitude_deg, to.longitude_deg});
  const auto time_ms = static_cast<double>(std::max<std::int64_t>(to.time_ms - from.time_ms, 1));
  return {distance_m, distance_m / 1000 / (time_ms / kMsPerHour)};
}

bool is_impossible(const Jump& jump, double max_speed_kmh) {
  return max_speed_kmh > 0 && jump.distance_m > kLeastJumpM && jump.speed_kmh > max_speed_kmh;
}

}  // namespace rastro
