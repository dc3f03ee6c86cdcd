#include "pipeline/tracking/path.h"

#include <cmath>

namespace rastro::tracking {
namespace {

// A course is that of the road when the vehicle moves; receivers at rest report any.
constexpr float kCourseSpeedKmh = 8;
// Between these the ways meet in one corner; beyond, in none that is worth believing.
constexpr double kLeastTurn = 0.25;  // sine of the angle
constexpr double kMostDetour = 1.5;  // of the straight line

bool has_course(const Vertex& vertex) {
  return vertex.course_deg >= 0 && vertex.speed_kmh >= kCourseSpeedKmh;
}

Offset direction(const Vertex& vertex) {
  const double angle = vertex.course_deg * kRadiansPerDegree;
  return {std::sin(angle), std::cos(angle)};
}

}  // namespace

// Who leaves along one course and comes in along another has driven to where the two lines meet.
double path_m(const Vertex& from, const Vertex& to) {
  const Offset way = offset_m(from.place, to.place);
  const double straight = length_m(way);
  if (!has_course(from) || !has_course(to)) return straight;
  const Offset out = direction(from);
  const Offset in = direction(to);
  const double turn = out.east_m * in.north_m - out.north_m * in.east_m;
  if (std::abs(turn) < kLeastTurn) return straight;
  const double first = (way.east_m * in.north_m - way.north_m * in.east_m) / turn;
  const double second = (out.east_m * way.north_m - out.north_m * way.east_m) / turn;
  if (first < 0 || second < 0) return straight;
  const double round = first + second;
  return round <= kMostDetour * straight ? round : straight;
}

}  // namespace rastro::tracking
