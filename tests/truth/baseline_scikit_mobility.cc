// scikit-mobility's stay_locations after the description of its paper and reference (Hariharan and Toyama's
// rule), on fixes that went through its filter, both with their defaults.
#include <algorithm>

#include "tests/truth/baseline.h"

namespace rastro::truth {
namespace {

constexpr double kFilterKmh = 500;             // filter: max_speed_kmh
constexpr double kRadiusM = 200;               // spatial_radius_km = 0.2
constexpr std::int64_t kStopMs = 20 * 60'000;  // minutes_for_a_stop
constexpr double kKmhPerMetreAndMs = 3600;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Place median_place(const CleanFixes& fixes, std::size_t first, std::size_t end) {
  std::vector<double> latitudes;
  std::vector<double> longitudes;
  for (std::size_t at = first; at < end; ++at) {
    latitudes.push_back(fixes[at].place.latitude_deg);
    longitudes.push_back(fixes[at].place.longitude_deg);
  }
  return {median(std::move(latitudes)), median(std::move(longitudes))};
}

// Leaves out fixes that could only be reached from the one before faster than the limit.
CleanFixes filtered(const CleanFixes& fixes) {
  CleanFixes kept;
  for (const FixRow& fix : fixes) {
    if (kept.empty() || haversine_m(kept.back().place, fix.place) * kKmhPerMetreAndMs /
                                static_cast<double>(fix.time_ms - kept.back().time_ms) <=
                            kFilterKmh) {
      kept.push_back(fix);
    }
  }
  return kept;
}

}  // namespace

std::vector<Stop> scikit_mobility_stops(const CleanFixes& fixes) {
  const CleanFixes kept = filtered(fixes);
  std::vector<Stop> stops;
  std::size_t first = 0;
  for (std::size_t at = 1; at < kept.size(); ++at) {
    if (haversine_m(kept[first].place, kept[at].place) <= kRadiusM) {
      continue;
    }
    if (kept[at].time_ms - kept[first].time_ms >= kStopMs) {
      stops.push_back({kept[at].device, kept[first].time_ms, kept[at].time_ms, median_place(kept, first, at),
                       kept[at].arrival_ms});
    }
    first = at;
  }
  return stops;
}

}  // namespace rastro::truth
