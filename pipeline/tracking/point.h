// A fix as tracking sees it: one moment of one device. Values only.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "pipeline/tracking/place.h"

namespace rastro::tracking {

struct Point {
  std::int64_t time_ms = 0;  // UTC
  // With the time it tells one fix of a device from another, and orders those of one moment.
  std::uint64_t record_hash = 0;
  Place place;
  // The device says that it had a satellite fix, and the place is one that can exist.
  bool valid = false;
  std::optional<float> speed_kmh;
  std::optional<float> course_deg;
  std::optional<bool> ignition;
  // Of the vehicle or the device, over its life.
  std::optional<std::uint64_t> odometer_m;
};

// Where a point stands in the order that tracking reads a device's fixes in.
struct PointKey {
  std::int64_t time_ms = 0;
  std::uint64_t record_hash = 0;
  friend auto operator<=>(const PointKey&, const PointKey&) = default;
};
inline PointKey key_of(const Point& point) { return {point.time_ms, point.record_hash}; }

}  // namespace rastro::tracking
