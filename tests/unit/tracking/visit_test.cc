// Whom a stop was a visit to, how sure that is, and what is one visit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/tracking/visit.h"
#include "tests/unit/tracking/drive.h"

namespace rastro::tracking {
namespace {

using namespace test;

Client client(std::int64_t id, const Place& place, double radius_m = 100) {
  Client made;
  made.id = id;
  made.place = place;
  made.radius_m = radius_m;
  return made;
}

Stop stop(double east_m, double north_m, std::int64_t from_min, std::int64_t to_min) {
  Stop made;
  made.place = at(east_m, north_m);
  made.started_ms = kMorning + from_min * kMinute;
  made.ended_ms = kMorning + to_min * kMinute;
  made.fixes = static_cast<std::uint32_t>(2 * (to_min - from_min));
  made.spread_m = 5;
  return made;
}

Trip trip_between(const Stop& from, const Stop& to, double reach_m) {
  Trip trip;
  trip.started_ms = *from.ended_ms;
  trip.ended_ms = to.started_ms;
  trip.reach_m = reach_m;
  trip.measured_m = reach_m * 2;
  return trip;
}

std::vector<Visit> visits(const std::vector<Stop>& stops, const std::vector<Client>& clients,
                          const std::vector<Trip>& trips = {}) {
  return find_visits(stops, trips, ClientIndex(clients));
}

TEST(Visit, AStopAtAClientIsAVisitAndOneElsewhereIsNone) {
  const auto found = visits({stop(10, 0, 0, 20), stop(3000, 0, 30, 50)}, {client(7, at(0, 0))});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].client.client_id, 7);
  EXPECT_GT(found[0].client.probability, 0.95);
  EXPECT_NEAR(found[0].client.distance_m, 10, 0.01);
  EXPECT_EQ(found[0].arrived_ms, kMorning);
  EXPECT_EQ(found[0].left_ms, kMorning + 20 * kMinute);
  EXPECT_FALSE(found[0].runner_up);
  EXPECT_FALSE(found[0].ambiguous);
}

TEST(Visit, AStopThatLastsIsAVisitThatLasts) {
  Stop open = stop(10, 0, 0, 20);
  open.ended_ms.reset();
  EXPECT_FALSE(visits({open}, {client(7, at(0, 0))})[0].left_ms);
}

TEST(Visit, OfTwoNeighboursTheOneItStoodAtAndTheOtherIsTheRunnerUp) {
  const auto found = visits({stop(4, 0, 0, 20)}, {client(1, at(0, 0)), client(2, at(40, 0))});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].client.client_id, 1);
  ASSERT_TRUE(found[0].runner_up);
  EXPECT_EQ(found[0].runner_up->client_id, 2);
  EXPECT_FALSE(found[0].ambiguous);
}

TEST(Visit, BetweenTwoNeighboursItIsAmbiguousAndBothAreNamed) {
  const auto found = visits({stop(20, 0, 0, 20)}, {client(1, at(0, 0)), client(2, at(40, 0))});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].ambiguous);
  EXPECT_NEAR(found[0].client.probability, found[0].runner_up->probability, 0.01);
}

TEST(Visit, TwoClientsAtOnePointAreAmbiguousHoweverNear) {
  const auto found = visits({stop(0, 0, 0, 20)}, {client(2, at(0, 0)), client(1, at(0, 0))});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].ambiguous);
  EXPECT_EQ(found[0].client.client_id, 1);
  EXPECT_EQ(found[0].runner_up->client_id, 2);
}

TEST(Visit, TheSmallerOfTwoAreasThatHoldItIsLikelier) {
  Client large = client(1, at(0, 0));
  large.area = {{at(-500, -500), at(500, -500), at(500, 500), at(-500, 500)}};
  Client small = client(2, at(100, 100));
  small.area = {{at(100, 100), at(200, 100), at(200, 200), at(100, 200)}};
  EXPECT_EQ(visits({stop(150, 150, 0, 20)}, {large, small})[0].client.client_id, 2);
  EXPECT_EQ(visits({stop(-150, 150, 0, 20)}, {large, small})[0].client.client_id, 1);
}

TEST(Visit, AStayShorterThanTheClientAsksForIsNone) {
  Client slow = client(1, at(0, 0));
  slow.min_visit_s = 600;
  EXPECT_TRUE(visits({stop(0, 0, 0, 5)}, {slow}).empty());
  EXPECT_EQ(visits({stop(0, 0, 0, 15)}, {slow}).size(), 1u);
}

TEST(Visit, StopsThatDidNotLeaveTheClientAreOneVisit) {
  const Stop gate = stop(0, 0, 0, 5);
  const Stop dock = stop(70, 0, 7, 40);
  const auto found = visits({gate, dock}, {client(1, at(40, 0))}, {trip_between(gate, dock, 75)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].arrived_ms, gate.started_ms);
  EXPECT_EQ(found[0].left_ms, dock.ended_ms);
  EXPECT_EQ(found[0].stops, 2u);
  EXPECT_LT(distance_m(found[0].place, dock.place), 0.01);
}

TEST(Visit, ComingBackLaterIsAnotherVisit) {
  const Stop morning = stop(0, 0, 0, 20);
  const Stop evening = stop(0, 0, 60, 80);
  EXPECT_EQ(visits({morning, evening}, {client(1, at(0, 0))}, {trip_between(morning, evening, 4000)}).size(),
            2u);
}

TEST(Visit, AStopElsewhereBetweenTwoVisitsKeepsThemApart) {
  const std::vector<Stop> stops = {stop(0, 0, 0, 20), stop(900, 0, 25, 30), stop(0, 0, 35, 50)};
  EXPECT_EQ(visits(stops, {client(1, at(0, 0))}).size(), 2u);
}

}  // namespace
}  // namespace rastro::tracking
