// trackintel's generate_staypoints, method "sliding", after its reference page and the stay point rule of Li
// and others (2008) that it names: a stay lasts while the fixes keep within a distance of its first one.
#include "tests/truth/baseline.h"

namespace rastro::truth {
namespace {

constexpr double kDistanceM = 100;            // dist_threshold
constexpr std::int64_t kTimeMs = 5 * 60'000;  // time_threshold
constexpr std::int64_t kGapMs = 15 * 60'000;  // gap_threshold: fixes further apart are not joined
// include_last=False: a stay that was not left is not told.

Place mean_place(const CleanFixes& fixes, std::size_t first, std::size_t end) {
  Place sum;
  for (std::size_t at = first; at < end; ++at) {
    sum.latitude_deg += fixes[at].place.latitude_deg;
    sum.longitude_deg += fixes[at].place.longitude_deg;
  }
  const auto count = static_cast<double>(end - first);
  return {sum.latitude_deg / count, sum.longitude_deg / count};
}

}  // namespace

std::vector<Stop> trackintel_stops(const CleanFixes& fixes) {
  std::vector<Stop> stops;
  std::size_t first = 0;
  for (std::size_t at = 1; at < fixes.size(); ++at) {
    if (fixes[at].time_ms - fixes[at - 1].time_ms > kGapMs) {
      first = at;
      continue;
    }
    if (haversine_m(fixes[first].place, fixes[at].place) <= kDistanceM) {
      continue;
    }
    if (fixes[at].time_ms - fixes[first].time_ms >= kTimeMs) {
      stops.push_back({fixes[at].device, fixes[first].time_ms, fixes[at].time_ms,
                       mean_place(fixes, first, at), fixes[at].arrival_ms});
    }
    first = at;
  }
  return stops;
}

}  // namespace rastro::truth
