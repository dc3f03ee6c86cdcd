// Stops, trips and days of made-up drives whose truth is known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tracking/drive.h"

namespace rastro::tracking {
namespace {

using namespace test;

std::int64_t off_by(std::int64_t a, std::int64_t b) { return std::abs(a - b); }

TEST(Tracker, AVehicleParkedForADayHasOneStopAndNoDistance) {
  const Result result = track(Drive(30, 8).park(24 * kHour).points());
  EXPECT_TRUE(result.trips.empty());
  EXPECT_TRUE(result.stops.empty());
  EXPECT_EQ(find_open_trip(result.state), std::nullopt);
  const auto stop = find_open_stop(result.state);
  ASSERT_TRUE(stop);
  EXPECT_EQ(stop->started_ms, kMorning);
  EXPECT_FALSE(stop->ended_ms);
  EXPECT_LT(distance_m(stop->place, kTown), 2);
  EXPECT_NEAR(stop->spread_m, 8, 1);
}

TEST(Tracker, ADeliveryIsAStopBetweenTwoTripsOfTheRightLength) {
  Drive drive;
  drive.park(20 * kMinute).drive_to(3000, 0);
  const std::int64_t arrived = drive.now_ms();
  drive.park(10 * kMinute);
  const std::int64_t left = drive.now_ms();
  drive.drive_to(3000, 2000).park(20 * kMinute);
  const Result result = track(drive.points());
  ASSERT_EQ(result.stops.size(), 2u);
  ASSERT_EQ(result.trips.size(), 2u);
  EXPECT_LT(distance_m(result.stops[1].place, at(3000, 0)), 5);
  EXPECT_LE(off_by(result.stops[1].started_ms, arrived), 30 * kSecond);
  EXPECT_LE(off_by(*result.stops[1].ended_ms, left), 30 * kSecond);
  EXPECT_NEAR(result.trips[0].distance_m(), 3000, 30);
  EXPECT_NEAR(result.trips[1].distance_m(), 2000, 20);
  EXPECT_EQ(result.trips[1].started_ms, *result.stops[1].ended_ms);
  EXPECT_TRUE(find_open_stop(result.state));
}

TEST(Tracker, ARedLightIsNoStop) {
  for (const std::int64_t every_s : {10, 30, 60}) {
    Drive drive(every_s);
    drive.park(20 * kMinute).drive_to(2000, 0).park(90 * kSecond).drive_to(4000, 0).park(20 * kMinute);
    const Result result = track(drive.points());
    EXPECT_EQ(result.stops.size(), 1u) << every_s;
    EXPECT_EQ(result.trips.size(), 1u) << every_s;
  }
}

TEST(Tracker, AQueueThatCreepsIsNoStop) {
  Drive drive(10);
  drive.park(20 * kMinute).drive_to(2000, 0).drive_to(2500, 0, 3).drive_to(4000, 0).park(20 * kMinute);
  EXPECT_EQ(track(drive.points()).stops.size(), 1u);
}

TEST(Tracker, AJumpWhileParkedEndsNoStop) {
  Drive drive;
  drive.park(kHour).jump(2000, 500).park(kHour).jump(300, 0).park(kHour);
  const Result result = track(drive.points());
  EXPECT_TRUE(result.stops.empty());
  EXPECT_TRUE(result.trips.empty());
  ASSERT_EQ(result.set_aside.size(), 1u);  // the nearer one might have been driven
  EXPECT_EQ(result.set_aside[0].reason, SetAsideReason::kJump);
}

TEST(Tracker, TheGuessesOfAReceiverThatWakesEndNoStop) {
  Drive drive;
  drive.park(kHour).sleep(2 * kHour).jump(400, 200, 20).jump(160, 80, 20).park(kHour);
  const Result result = track(drive.points());
  EXPECT_TRUE(result.stops.empty());
  EXPECT_TRUE(result.trips.empty());
  EXPECT_EQ(result.set_aside.size(), 2u);
}

TEST(Tracker, AFixThatNoBrakesExplainIsAJump) {
  Drive drive(10);
  drive.park(kHour).drive_to(3000, 0, 50).jump(3000, 300, 50).drive_to(6000, 0, 50).park(kHour);
  const Result result = track(drive.points());
  EXPECT_EQ(result.set_aside.size(), 1u);
  ASSERT_EQ(result.trips.size(), 1u);
  EXPECT_NEAR(result.trips[0].distance_m(), 6000, 60);
}

TEST(Tracker, AJumpWhileDrivingAddsNoWay) {
  Drive drive(10);
  drive.park(kHour).drive_to(3000, 0).jump(3000, 4000, 40).drive_to(6000, 0).park(kHour);
  const Result result = track(drive.points());
  ASSERT_EQ(result.trips.size(), 1u);
  EXPECT_NEAR(result.trips[0].distance_m(), 6000, 60);
}

TEST(Tracker, ThreeFixesThatAgreeAreBelievedHoweverFarTheyAre) {
  Drive drive;
  drive.park(kHour);
  Drive elsewhere(30, 4, 2);
  elsewhere.sleep(kHour).drive_to(500000, 0, 1e9).park(kHour);
  std::vector<Point> points = drive.points();
  points.insert(points.end(), elsewhere.points().begin(), elsewhere.points().end());
  const Result result = track(points);
  ASSERT_EQ(result.stops.size(), 1u);
  EXPECT_TRUE(result.trips.empty());
  const auto stop = find_open_stop(result.state);
  ASSERT_TRUE(stop);
  EXPECT_GT(distance_m(stop->place, kTown), 400000);
}

TEST(Tracker, ADeviceThatSleptTheWholeStayTellsOfAStop) {
  Drive drive;
  drive.park(20 * kMinute)
      .drive_to(3000, 0)
      .park(kMinute)
      .sleep(3 * kHour)
      .drive_to(6000, 0)
      .park(20 * kMinute);
  const Result result = track(drive.points());
  ASSERT_EQ(result.stops.size(), 2u);
  EXPECT_LT(distance_m(result.stops[1].place, at(3000, 0)), 10);
  EXPECT_GE(*result.stops[1].ended_ms - result.stops[1].started_ms, 2 * kHour + 50 * kMinute);
}

TEST(Tracker, AGapOnTheRoadEndsTheTripAndIsSaid) {
  Drive drive;
  drive.park(20 * kMinute).drive_to(3000, 0).sleep(2 * kHour);
  drive.drive_to(33000, 0, 4000).drive_to(36000, 0).park(20 * kMinute);
  const Result result = track(drive.points());
  ASSERT_EQ(result.trips.size(), 2u);
  EXPECT_TRUE(result.trips[0].ends_in_gap);
  EXPECT_LT(result.trips[0].distance_m() + result.trips[1].distance_m(), 6200);
  EXPECT_GT(find_open_day(result.state)->unknown_ms, kHour);
}

TEST(Tracker, AStopAcrossMidnightIsOneStopAndCountsForBothDays) {
  Drive drive(60);
  drive.park(30 * kMinute).drive_to(5000, 0).park(30 * kHour).drive_to(0, 0).park(30 * kMinute);
  const Result result = track(drive.points());
  ASSERT_EQ(result.stops.size(), 2u);
  ASSERT_EQ(result.days.size(), 1u);
  const Day& first = result.days[0];
  const Day second = *find_open_day(result.state);
  EXPECT_EQ(second.day, first.day + 1);
  EXPECT_EQ(first.stopped_ms + first.driving_ms, 20 * kHour);  // 04:00 to midnight of local time
  EXPECT_EQ(second.first_movement_ms, result.trips[1].started_ms);
  EXPECT_EQ(first.trips, 1u);
  EXPECT_EQ(second.trips, 1u);
  EXPECT_NEAR(first.distance_m, 5000, 50);
  EXPECT_NEAR(second.distance_m, 5000, 50);
}

TEST(Tracker, DaysAddUpToTheTripsAndStops) {
  Drive drive(10);
  for (int i = 0; i < 40; ++i) drive.park(kHour).drive_to(i % 2 == 0 ? 8000 : 0, 1000 * i);
  const Result result = track(drive.park(kHour).points());
  double distance = 0;
  std::int64_t driving = 0;
  for (const Trip& trip : result.trips) {
    distance += trip.measured_m;
    driving += *trip.ended_ms - trip.started_ms;
  }
  Day all = *find_open_day(result.state);
  for (const Day& day : result.days) {
    all.distance_m += day.distance_m;
    all.driving_ms += day.driving_ms;
  }
  EXPECT_NEAR(all.distance_m, distance, 0.01);
  EXPECT_EQ(all.driving_ms, driving);
  EXPECT_GE(result.days.size(), 1u);
}

TEST(Tracker, StandingWithTheIgnitionOnIsIdling) {
  Drive drive;
  drive.ignition(true).park(30 * kMinute).drive_to(3000, 0).park(10 * kMinute);
  drive.ignition(false).park(20 * kMinute).ignition(true).drive_to(6000, 0).park(kHour);
  const Result result = track(drive.points());
  ASSERT_EQ(result.stops.size(), 2u);
  EXPECT_LE(off_by(result.stops[1].idling_ms, 10 * kMinute), kMinute);
  const Day day = *find_open_day(result.state);
  EXPECT_LE(off_by(day.engine_ms, drive.now_ms() - kMorning - 20 * kMinute), 2 * kMinute);
}

TEST(Tracker, AStopEndsWhenTheEngineWasStartedAndNotAtTheNextLight) {
  Drive drive(10);
  drive.ignition(true).park(20 * kMinute).drive_to(3000, 0).ignition(false).park(10 * kMinute);
  const std::int64_t started = drive.now_ms();
  drive.ignition(true)
      .park(30 * kSecond)
      .drive_to(3012, 0, 4)
      .park(50 * kSecond)
      .drive_to(6000, 0)
      .park(kHour);
  const Result result = track(drive.points());
  ASSERT_EQ(result.stops.size(), 2u);
  const Stop& stop = result.stops[1];
  EXPECT_EQ(*stop.ended_ms, started + 25 * kSecond);
  EXPECT_LE(stop.idling_ms, 40 * kSecond);
  ASSERT_EQ(result.trips.size(), 2u);
  EXPECT_EQ(result.trips[1].started_ms, *stop.ended_ms);
  const Day day = *find_open_day(result.state);
  EXPECT_EQ(day.driving_ms + day.stopped_ms, drive.points().back().time_ms - kMorning);
}

TEST(Tracker, AnEngineThatRunsForMinutesBelongsToTheStop) {
  Drive drive(10);
  drive.ignition(true).park(20 * kMinute).drive_to(3000, 0).ignition(false).park(10 * kMinute);
  drive.ignition(true).park(5 * kMinute);
  const std::int64_t left = drive.now_ms();
  drive.drive_to(6000, 0).park(kHour);
  const Result result = track(drive.points());
  ASSERT_EQ(result.stops.size(), 2u);
  EXPECT_LE(off_by(*result.stops[1].ended_ms, left), 10 * kSecond);
  EXPECT_GE(result.stops[1].idling_ms, 4 * kMinute);
}

TEST(Tracker, TheDevicesOwnOdometerIsTakenWhereItIsPlausible) {
  Drive drive;
  std::uint64_t odometer = 100000;
  drive.park(20 * kMinute).drive_to(3000, 0).park(20 * kMinute).drive_to(0, 0).park(20 * kMinute);
  for (Point& point : drive.points()) {
    if (*point.speed_kmh > 10) odometer += 333;
    point.odometer_m = odometer;
  }
  Result result = track(drive.points());
  ASSERT_EQ(result.trips.size(), 2u);
  ASSERT_TRUE(result.trips[0].odometer_m);
  EXPECT_EQ(result.trips[0].distance_m(), static_cast<double>(*result.trips[0].odometer_m));
  for (Point& point : drive.points()) point.odometer_m = *point.odometer_m * 1000;
  result = track(drive.points());
  EXPECT_FALSE(result.trips[0].odometer_m);
  EXPECT_NEAR(result.trips[0].distance_m(), 3000, 30);
}

TEST(Tracker, OverspeedIsTimed) {
  Drive drive(10);
  drive.park(20 * kMinute).drive_to(20000, 0, 140).park(20 * kMinute);
  const Result result = track(drive.points());
  ASSERT_EQ(result.trips.size(), 1u);
  EXPECT_NEAR(result.trips[0].max_speed_kmh, 140, 0.1);
  EXPECT_GT(result.trips[0].overspeed_ms, 7 * kMinute);
  EXPECT_EQ(find_open_day(result.state)->overspeed_ms, result.trips[0].overspeed_ms);
  EXPECT_EQ(track(drive.points(), {.overspeed_kmh = 0}).trips[0].overspeed_ms, 0);
}

TEST(Tracker, NoFixSaysNothing) {
  const Result result = track({});
  EXPECT_FALSE(find_open_stop(result.state) || find_open_trip(result.state) || find_open_day(result.state));
}

TEST(Tracker, OneFixIsNoStopAndNoTrip) {
  const Result result = track(Drive().park(1).points());
  EXPECT_FALSE(find_open_stop(result.state) || find_open_trip(result.state));
}

TEST(Tracker, InvalidFixesAreSetAsideAndCountForNothing) {
  Drive drive;
  drive.park(kHour);
  for (Point& point : drive.points()) point.valid = false;
  const Result result = track(drive.points());
  EXPECT_EQ(result.set_aside.size(), drive.points().size());
  EXPECT_FALSE(find_open_stop(result.state) || find_open_day(result.state));
}

TEST(Tracker, OfSeveralFixesOfOneMomentTheFirstByHashCounts) {
  Drive drive;
  drive.park(kHour);
  std::vector<Point> twice;
  for (const Point& point : drive.points()) {
    twice.push_back(point);
    twice.push_back(point);
    twice.back().record_hash += 1000000;
    twice.back().place = at(3000, 0);
  }
  const Result result = track(twice);
  EXPECT_EQ(result.set_aside.size(), drive.points().size());
  EXPECT_EQ(encode_state(result.state).size(), encode_state(track(drive.points()).state).size());
  EXPECT_LT(distance_m(find_open_stop(result.state)->place, kTown), 3);
}

TEST(Tracker, AFixBehindTheLastOneIsNotTaken) {
  const rastro::test::FixedCalendar calendar{};
  const Parameters parameters{};
  const Tracker tracker(parameters, calendar);
  Result result = track(Drive().park(kHour).points());
  const std::string before = encode_state(result.state);
  Point late = Drive().park(1).points()[0];
  EXPECT_FALSE(tracker.take(late, result.state, result));
  EXPECT_EQ(encode_state(result.state), before);
}

TEST(Tracker, GoingOnFromTheBytesOfAStateGivesTheSame) {
  Drive drive(30, 6);
  for (int i = 0; i < 6; ++i) {
    drive.ignition(i % 2 == 0).park(15 * kMinute).drive_to(4000 * (i % 3), 700 * i).jump(90000, 0);
  }
  const std::vector<Point>& points = drive.park(kHour).points();
  const Result whole = track(points);
  const rastro::test::FixedCalendar calendar{};
  const Parameters parameters{};
  const Tracker tracker(parameters, calendar);
  Result parts;
  for (const Point& point : points) {
    State again;
    const std::string bytes = encode_state(parts.state);
    ASSERT_TRUE(decode_state(bytes, again));
    EXPECT_EQ(encode_state(again), bytes);
    tracker.take(point, again, parts);
    parts.state = again;
  }
  EXPECT_EQ(encode_state(parts.state), encode_state(whole.state));
  EXPECT_EQ(parts.trips.size(), whole.trips.size());
  EXPECT_EQ(parts.stops.size(), whole.stops.size());
  State none;
  EXPECT_FALSE(decode_state("", none));
  EXPECT_FALSE(decode_state(encode_state(whole.state).substr(1), none));
  EXPECT_FALSE(decode_state(encode_state(whole.state) + "x", none));
}

TEST(Tracker, AStateAtRestTakesLessThanHalfAKibibyte) {
  const Result result = track(Drive().park(kHour).drive_to(3000, 0).park(kHour).points());
  EXPECT_LE(encode_state(result.state).size(), 512u);
}

}  // namespace
}  // namespace rastro::tracking
