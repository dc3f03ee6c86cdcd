#include "pipeline/tracking/moments.h"

#include <algorithm>
#include <cmath>

#include "pipeline/tracking/cluster.h"

namespace rastro::tracking {
namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr double kKmhPerMs = 3.6;
// Who starts the engine drives off within half a minute, or lets it run for minutes.
constexpr std::int64_t kDriveOffMs = 25 * kSecondMs;
constexpr std::int64_t kWarmUpMs = 120 * kSecondMs;

}  // namespace

std::int64_t travel_ms(double distance_m, float speed_kmh) {
  const double speed = std::max(kManoeuvreMs, static_cast<double>(speed_kmh) / kKmhPerMs);
  return std::llround(distance_m / speed * kSecondMs);
}

std::int64_t arrival_ms(const Cluster& at, const Vertex& before) {
  if (before.time_ms >= at.first_ms) return at.first_ms;
  const double way = distance_m(before.place, middle_of(at));
  return std::min(at.first_ms, before.time_ms + travel_ms(way, before.speed_kmh));
}

std::int64_t departure_ms(const Cluster& from, const Vertex& seen) {
  const double way = distance_m(middle_of(from), seen.place);
  return std::max(from.last_ms, seen.time_ms - travel_ms(way, seen.speed_kmh));
}

// An ignition wire that changes again and again says nothing.
std::int64_t drove_off_ms(const State& state, std::int64_t seen_ms) {
  if (state.engine_starts != 1 || state.last.ignition != 1) return seen_ms;
  if (seen_ms - state.engine_started_ms > kWarmUpMs) return seen_ms;
  return std::min(seen_ms, state.engine_started_ms + kDriveOffMs);
}

}  // namespace rastro::tracking
