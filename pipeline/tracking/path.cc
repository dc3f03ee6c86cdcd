#include "pipeline/tracking/path.h"

#include <algorithm>
#include <cmath>

namespace rastro::tracking {
namespace {

// A course is that of the road when the vehicle moves; receivers at rest report any.
constexpr float kCourseSpeedKmh = 8;
// Ways that turn by less bend like a road; those that turn by more have a corner.
constexpr double kBendDeg = 45;
constexpr double kCornerDeg = 75;
// Ways of one direction at both ends that are beside each other have two corners between them.
constexpr double kBesideM = 25;
constexpr double kBesideShare = 0.3;  // of the way along
// A corner that would lie farther off than this times the straight line is none.
constexpr double kMostDetour = 1.5;
constexpr double kKmhPerMs = 3.6;
// Between two fixes a vehicle may go faster for a while, by so much in town.
constexpr double kUnseenAccelerationMs2 = 1;

bool has_course(const Vertex& vertex) { return vertex.course_deg >= 0; }

Offset direction(const Vertex& vertex) {
  const double angle = vertex.course_deg * kRadiansPerDegree;
  return {std::sin(angle), std::cos(angle)};
}

double along(const Offset& way, const Offset& unit) {
  return way.east_m * unit.east_m + way.north_m * unit.north_m;
}
double across(const Offset& way, const Offset& unit) {
  return way.east_m * unit.north_m - way.north_m * unit.east_m;
}

// Streets that cross at right angles: the way along the one and across.
double by_blocks(const Offset& way, const Offset& unit) {
  return std::abs(along(way, unit)) + std::abs(across(way, unit));
}

// The way round by the courses at both ends, whatever time there was for it.
double detour_m(const Vertex& from, const Vertex& to, const Offset& way) {
  const double straight = length_m(way);
  const Offset out = direction(from);
  const Offset in = direction(to);
  const double sine = across(in, out);
  const double turn_deg = std::atan2(std::abs(sine), along(in, out)) / kRadiansPerDegree;
  const bool beside =
      std::abs(across(way, out)) > std::max(kBesideM, kBesideShare * std::abs(along(way, out)));
  if (turn_deg < kBendDeg / 2 || turn_deg > 180 - kBendDeg / 2)
    return beside ? by_blocks(way, out) : straight;
  const double first = across(way, in) / -sine;
  const double second = across(way, out) / sine;
  const double corner = first + second;
  if (first < 0 || second < 0 || corner > kMostDetour * straight)
    return beside ? by_blocks(way, out) : straight;
  // Two thirds of the chord and a third of the tangents are the length of a bend.
  const double bend = (2 * straight + corner) / 3;
  const double sharp = std::clamp((turn_deg - kBendDeg) / (kCornerDeg - kBendDeg), 0.0, 1.0);
  return bend + sharp * (corner - bend);
}

// As far as the vehicle can have come by what it says of its speed at both ends.
double farthest_m(const Vertex& from, const Vertex& to) {
  const double seconds = static_cast<double>(to.time_ms - from.time_ms) / 1000;
  const double mean_ms = (from.speed_kmh + to.speed_kmh) / 2 / kKmhPerMs;
  return mean_ms * seconds + kUnseenAccelerationMs2 * seconds * seconds / 4;
}

}  // namespace

double path_m(const Vertex& from, const Vertex& to) {
  const Offset way = offset_m(from.place, to.place);
  const double straight = length_m(way);
  if (!has_course(from) || !has_course(to)) return straight;
  const double detour = detour_m(from, to, way);
  if (from.speed_kmh < 0 || to.speed_kmh < 0) return detour;
  return std::clamp(detour, straight, std::max(straight, farthest_m(from, to)));
}

float course_between(const Vertex& from, const Vertex& to) {
  if (to.course_deg >= 0 && to.speed_kmh >= kCourseSpeedKmh) return to.course_deg;
  constexpr double kLeastWayM = 15;
  const Offset way = offset_m(from.place, to.place);
  if (length_m(way) < kLeastWayM) return from.course_deg;
  const double angle = std::atan2(way.east_m, way.north_m) / kRadiansPerDegree;
  return static_cast<float>(angle < 0 ? angle + 360 : angle);
}

}  // namespace rastro::tracking
