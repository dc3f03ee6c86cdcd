// Places on the ground and the metres between them. Distances here are short (a stay, a step between two
// fixes), so that the Earth is taken as flat about the first place: wrong by less than 1 in 1,000 over 100 km
// at the latitudes where people drive. Pure; any thread.
#pragma once

#include <cmath>

namespace rastro::tracking {

struct Place {
  double latitude_deg = 0;
  double longitude_deg = 0;
};

struct Offset {
  double east_m = 0;
  double north_m = 0;
};

inline constexpr double kMetresPerDegree = 111194.9266;  // on a sphere of 6,371 km
inline constexpr double kRadiansPerDegree = 0.017453292519943295;

inline double east_scale(double latitude_deg) { return std::cos(latitude_deg * kRadiansPerDegree); }

// Across the antimeridian the short way.
inline Offset offset_m(const Place& from, const Place& to) {
  double east_deg = to.longitude_deg - from.longitude_deg;
  if (east_deg > 180) east_deg -= 360;
  if (east_deg < -180) east_deg += 360;
  const double middle_deg = (from.latitude_deg + to.latitude_deg) / 2;
  return {east_deg * kMetresPerDegree * east_scale(middle_deg),
          (to.latitude_deg - from.latitude_deg) * kMetresPerDegree};
}

inline double length_m(const Offset& offset) {
  return std::sqrt(offset.east_m * offset.east_m + offset.north_m * offset.north_m);
}

inline double distance_m(const Place& from, const Place& to) { return length_m(offset_m(from, to)); }

inline Place moved(const Place& from, const Offset& by) {
  const double latitude_deg = from.latitude_deg + by.north_m / kMetresPerDegree;
  const double middle_deg = (from.latitude_deg + latitude_deg) / 2;
  double longitude_deg = from.longitude_deg + by.east_m / (kMetresPerDegree * east_scale(middle_deg));
  if (longitude_deg > 180) longitude_deg -= 360;
  if (longitude_deg < -180) longitude_deg += 360;
  return {latitude_deg, longitude_deg};
}

}  // namespace rastro::tracking
