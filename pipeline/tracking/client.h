// The places that vehicles are sent to: a point with a radius, or an area with corners. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pipeline/tracking/place.h"

namespace rastro::tracking {

// The corners of an area, in either direction, the last joined to the first; further rings are holes.
using Ring = std::vector<Place>;

struct Client {
  std::int64_t id = 0;
  Place place;
  double radius_m = 100;
  std::vector<Ring> area;  // empty: the circle is the client's area
  // A shorter stay there is no visit; 0: every stop is one.
  std::int32_t min_visit_s = 0;
};

}  // namespace rastro::tracking
