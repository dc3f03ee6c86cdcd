#include "tests/truth/baseline.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rastro::truth {
namespace {

constexpr double kMeanRadiusM = 6371008.8;  // IUGG 1980, R1
constexpr double kDegree = std::numbers::pi / 180;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kOldestMs = 30 * kDayMs;
constexpr std::int64_t kFutureMs = 60'000;

bool usable(const FixRow& fix) {
  return fix.valid && (fix.place.latitude_deg != 0 || fix.place.longitude_deg != 0) &&
         fix.time_ms < fix.arrival_ms + kFutureMs && fix.time_ms > fix.arrival_ms - kOldestMs;
}

}  // namespace

CleanFixes clean(std::vector<FixRow> fixes) {
  std::erase_if(fixes, [](const FixRow& fix) { return !usable(fix); });
  std::stable_sort(fixes.begin(), fixes.end(),
                   [](const FixRow& a, const FixRow& b) { return a.time_ms < b.time_ms; });
  const auto end = std::unique(fixes.begin(), fixes.end(),
                               [](const FixRow& a, const FixRow& b) { return a.time_ms == b.time_ms; });
  fixes.erase(end, fixes.end());
  for (std::size_t at = 1; at < fixes.size(); ++at) {
    // In the order of time a fix is known when it and all before it have arrived.
    fixes[at].arrival_ms = std::max(fixes[at].arrival_ms, fixes[at - 1].arrival_ms);
  }
  return fixes;
}

double haversine_m(Place a, Place b) {
  const double north = std::sin((b.latitude_deg - a.latitude_deg) * kDegree / 2);
  const double east = std::sin((b.longitude_deg - a.longitude_deg) * kDegree / 2);
  const double chord =
      north * north + std::cos(a.latitude_deg * kDegree) * std::cos(b.latitude_deg * kDegree) * east * east;
  return 2 * kMeanRadiusM * std::asin(std::sqrt(chord));
}

std::vector<Trip> trips_between(const CleanFixes& fixes, const std::vector<Stop>& stops) {
  std::vector<Trip> trips;
  for (std::size_t at = 1; at < stops.size(); ++at) {
    const std::int64_t start_ms = *stops[at - 1].end_ms;
    const std::int64_t end_ms = *stops[at].start_ms;
    double distance_m = 0;
    auto fix =
        std::lower_bound(fixes.begin(), fixes.end(), start_ms,
                         [](const FixRow& row, std::int64_t time_ms) { return row.time_ms < time_ms; });
    for (; fix != fixes.end() && std::next(fix) != fixes.end() && std::next(fix)->time_ms <= end_ms; ++fix) {
      distance_m += haversine_m(fix->place, std::next(fix)->place);
    }
    trips.push_back({stops[at].device, start_ms, end_ms, distance_m});
  }
  return trips;
}

std::vector<Visit> visits_at(const std::vector<Stop>& stops, const std::vector<Client>& clients) {
  std::vector<Visit> visits;
  for (const Stop& stop : stops) {
    const Client* nearest = nullptr;
    double nearest_m = 0;
    for (const Client& client : clients) {
      const double away_m = haversine_m(client.place, stop.place);
      if (away_m <= client.radius_m && (nearest == nullptr || away_m < nearest_m)) {
        nearest = &client;
        nearest_m = away_m;
      }
    }
    if (nearest != nullptr) {
      visits.push_back({stop.device, nearest->name, stop.start_ms, stop.end_ms, {}, std::nullopt});
    }
  }
  return visits;
}

}  // namespace rastro::truth
