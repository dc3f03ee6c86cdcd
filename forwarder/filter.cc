#include "forwarder/filter.h"

#include <cmath>
#include <cstdlib>
#include <numbers>

namespace rastro::forward {
namespace {

// On a sphere, good to half a percent at the few hundred metres that a filter has.
double distance_m(double from_latitude, double from_longitude, double to_latitude, double to_longitude) {
  constexpr double kEarthRadius = 6371008.8;  // IUGG mean radius, metres
  constexpr double kRadian = std::numbers::pi / 180;
  const double north = (to_latitude - from_latitude) * kRadian;
  const double turn = std::remainder(to_longitude - from_longitude, 360.0) * kRadian;
  const double east = turn * std::cos((from_latitude + to_latitude) / 2 * kRadian);
  return kEarthRadius * std::hypot(north, east);
}

}  // namespace

// By the amount, as a device may send what it kept after what is newer.
bool Filter::far_enough(const Last& last, const Fix& fix) const {
  const auto apart = std::chrono::milliseconds(std::abs(fix.time_ms - last.time_ms));
  if (rules_.min_interval.count() > 0 && apart >= rules_.min_interval) return true;
  return rules_.min_distance_m > 0 && distance_m(last.latitude_deg, last.longitude_deg, fix.latitude_deg,
                                                 fix.longitude_deg) >= rules_.min_distance_m;
}

bool Filter::passes(const DeviceIdentity& device, const Fix& fix) {
  if (rules_.min_interval.count() == 0 && rules_.min_distance_m == 0) return true;
  const Last now = {fix.time_ms, fix.latitude_deg, fix.longitude_deg};
  const auto [entry, first] = last_.try_emplace(device, now);
  if (!first && fix.alarms.none() && !far_enough(entry->second, fix)) return false;
  entry->second = now;
  return true;
}

}  // namespace rastro::forward
