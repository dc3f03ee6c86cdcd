// How far it was between two fixes, by where, when and how they say the vehicle went.
#include "pipeline/tracking/path.h"

#include <gtest/gtest.h>

#include "tests/unit/tracking/drive.h"

namespace rastro::tracking {
namespace {

using namespace test;

constexpr float kNorth = 0;
constexpr float kEast = 90;

Vertex vertex(std::int64_t time_ms, const Place& place, float speed_kmh, float course_deg) {
  Vertex vertex;
  vertex.time_ms = time_ms;
  vertex.place = place;
  vertex.speed_kmh = speed_kmh;
  vertex.course_deg = course_deg;
  return vertex;
}

double way(std::int64_t ms, const Place& to, float speed_kmh, float course_deg) {
  return path_m(vertex(0, kTown, speed_kmh, kNorth), vertex(ms, to, speed_kmh, course_deg));
}

TEST(Path, IsStraightWithoutACourse) {
  EXPECT_NEAR(way(20 * kSecond, at(100, 100), 36, -1), 141.4, 0.2);
  EXPECT_NEAR(way(20 * kSecond, at(0, 200), 36, kNorth), 200, 0.2);
}

TEST(Path, GoesRoundTheCornerThatTheCoursesTell) {
  EXPECT_NEAR(way(20 * kSecond, at(100, 100), 36, kEast), 200, 0.3);
  EXPECT_NEAR(way(20 * kSecond, at(100, 100), -1, kEast), 200, 0.3) << "whatever its speed";
}

TEST(Path, OfTwoCornersIsAlongTheBlocks) {
  EXPECT_NEAR(way(30 * kSecond, at(100, 100), 36, kNorth), 200, 0.3);
}

TEST(Path, IsNoLongerThanTheSpeedsAllow) {
  const double straight = 141.4;
  const double ten_seconds = 100 + 25;  // at 10 m/s, and a little faster between
  EXPECT_NEAR(way(10 * kSecond, at(100, 100), 36, kEast), straight, 0.2) << "nor shorter than straight";
  EXPECT_NEAR(way(10 * kSecond, at(80, 80), 36, kEast), ten_seconds, 0.3);
}

}  // namespace
}  // namespace rastro::tracking
