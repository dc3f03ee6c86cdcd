// What the truth is made of: paths read from SUMO, stands, drive-bys; and what the trackers' faults do to it.
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "tests/truth/delivery.h"
#include "tests/truth/drive_by.h"
#include "tests/truth/position_noise.h"
#include "tests/truth/truth.h"

namespace rastro::truth {
namespace {

constexpr std::int64_t kSecondMs = 1000;

// A path along the x axis: some metres a second for some seconds, again and again.
class Path {
 public:
  Path& go(std::int64_t seconds, double speed_mps) {
    for (std::int64_t second = 0; second < seconds; ++second) {
      time_s_ += 1;
      x_m_ += speed_mps;
      if (speed_mps > 0 || second == 0) {
        truth_.track.push_back({time_s_ * kSecondMs, {x_m_, 0}, speed_mps, 90, x_m_});
      }
    }
    return *this;
  }

  DeviceTruth trip() {
    truth_.span = {"d", 0, time_s_ * kSecondMs};
    truth_.trips = {{"d", kSecondMs, time_s_ * kSecondMs, x_m_}};
    return truth_;
  }

 private:
  DeviceTruth truth_;
  std::int64_t time_s_ = 0;
  double x_m_ = 0;
};

TEST(ReadSumo, KeepsAStandAsOnePointAndTheMetresAlongTheLanes) {
  std::istringstream xml(
      "<timestep time=\"5.00\">\n<vehicle id=\"v\" x=\"1.00\" y=\"2.00\" angle=\"90.00\" speed=\"0.00\"/>\n"
      "<timestep time=\"6.00\">\n<vehicle id=\"v\" x=\"1.00\" y=\"2.00\" angle=\"90.00\" speed=\"0.00\"/>\n"
      "<timestep time=\"7.00\">\n<vehicle id=\"v\" x=\"4.00\" y=\"2.00\" angle=\"90.00\" speed=\"3.00\"/>\n"
      "<stopinfo id=\"v\" started=\"5.00\" ended=\"6.00\"/>\n");
  const Driven driven = read_sumo(xml);
  const Track& track = driven.tracks.at("v");
  ASSERT_EQ(track.size(), 2U);
  EXPECT_EQ(track[1].time_ms, 7000);
  EXPECT_EQ(track[1].odometer_m, 3);
  EXPECT_EQ(at_time(track, 6500).point.x_m, 1);
  EXPECT_EQ(driven.stops.at("v").at(0).ended_ms, 6000);
}

TEST(ReadSumo, RefusesAPathWithAHole) {
  std::istringstream xml(
      "<timestep time=\"5.00\">\n<vehicle id=\"v\" x=\"1\" y=\"2\" angle=\"90\" speed=\"0\"/>\n"
      "<timestep time=\"8.00\">\n<vehicle id=\"v\" x=\"900\" y=\"2\" angle=\"90\" speed=\"0\"/>\n");
  EXPECT_THROW(read_sumo(xml), std::runtime_error);
}

TEST(JoinDays, ANightLastsFromTheEveningsStopToTheMorningsFirstMovement) {
  const Track day{
      {25'200'000, {0, 0}, 0, 0, 0}, {25'201'000, {5, 0}, 5, 0, 5}, {25'202'000, {5, 0}, 0, 0, 5}};
  const std::vector<PlanRow> plan{{"d", 0, "d.0", "overnight", {}}, {"d", 1, "d.1", "overnight", {}}};
  Driven driven;
  driven.tracks = {{"d.0", day}, {"d.1", day}};
  driven.stops = {{"d.0", {{25'202'000, 25'262'000}}}, {"d.1", {{25'202'000, 25'262'000}}}};
  const DeviceTruth truth = join_days(plan, driven);
  ASSERT_EQ(truth.stops.size(), 3U);
  EXPECT_FALSE(truth.stops[0].start_ms);
  EXPECT_EQ(truth.stops[1].start_ms, kFirstMidnightMs + 25'202'000);
  EXPECT_EQ(truth.stops[1].end_ms, kFirstMidnightMs + kDayMs + 25'201'000);
  EXPECT_FALSE(truth.stops[2].end_ms);
  ASSERT_EQ(truth.trips.size(), 2U);
  EXPECT_EQ(truth.trips[1].distance_m, 5);
}

TEST(AddEither, AStandOfTwoMinutesWithoutAPlanIsAMatterOfOpinion) {
  DeviceTruth truth = Path().go(60, 10).go(125, 0).go(60, 10).trip();
  add_either(truth);
  ASSERT_EQ(truth.stops.size(), 1U);
  EXPECT_EQ(truth.stops[0].kind, "either");
  EXPECT_NEAR(static_cast<double>(*truth.stops[0].end_ms - *truth.stops[0].start_ms) / kSecondMs, 127, 2);
}

TEST(AddEither, ARedLightIsNone) {
  DeviceTruth truth = Path().go(60, 10).go(90, 0).go(60, 10).go(100, 0).go(60, 10).trip();
  add_either(truth);
  EXPECT_TRUE(truth.stops.empty());
}

TEST(FindDriveBys, APassageIsToldWithItsNearestPointAndItsLongestStand) {
  const DeviceTruth truth = Path().go(60, 10).go(20, 0).go(60, 10).trip();
  const std::vector<Client> clients{{"at_the_light", place_of({600, 30}), 50, 0, ""},
                                    {"far_away", place_of({600, 200}), 50, 0, ""}};
  const std::vector<DriveBy> found = find_drive_bys(truth, clients);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].client, "at_the_light");
  EXPECT_NEAR(found[0].closest_m, 30, 0.01);
  EXPECT_EQ(found[0].stood_s, 20);
}

TEST(FindDriveBys, APassageWithAPlannedStopIsNone) {
  DeviceTruth truth = Path().go(60, 10).go(200, 0).go(60, 10).trip();
  truth.stops = {{"d", 61 * kSecondMs, 260 * kSecondMs, place_of({600, 0}), "lunch", {}}};
  EXPECT_TRUE(find_drive_bys(truth, {{"c", place_of({600, 30}), 50, 0, ""}}).empty());
}

TEST(PositionNoiseTest, HasTheDeviationOnEachAxisAndDrifts) {
  PositionNoise noise(8, Random(1, "noise"));
  constexpr int kFixes = 20'000;
  double square = 0;
  double together = 0;
  Point before;
  for (int at = 0; at < kFixes; ++at) {
    const Point off = noise.at(at * 10 * kSecondMs);
    square += off.x_m * off.x_m;
    together += off.x_m * before.x_m;
    before = off;
  }
  EXPECT_NEAR(std::sqrt(square / kFixes), 8, 0.5);
  EXPECT_GT(together / square, 0.5);  // seven tenths drift, of which ten seconds leave most
}

TEST(Deliver, AnOutagesFixesComeAtItsEndTheNewestFirst) {
  constexpr int kFixes = 5000;
  std::vector<FixRow> fixes(kFixes);
  for (int at = 0; at < kFixes; ++at) {
    fixes[static_cast<std::size_t>(at)].time_ms = at * 10 * kSecondMs;
    fixes[static_cast<std::size_t>(at)].arrival_ms = at * 10 * kSecondMs;
  }
  const DeviceSpan span{"d", 0, kFixes * 10 * kSecondMs};
  Random random(3, "network");
  deliver(fixes, span, true, random);
  ASSERT_GT(fixes.size(), static_cast<std::size_t>(kFixes));  // some came twice
  bool newest_first = false;
  for (std::size_t at = 1; at < kFixes; ++at) {
    EXPECT_GE(fixes[at].arrival_ms, fixes[at].time_ms);
    newest_first = newest_first || fixes[at].arrival_ms < fixes[at - 1].arrival_ms;
  }
  EXPECT_TRUE(newest_first);
}

}  // namespace
}  // namespace rastro::truth
