// The scorer on cases made by hand: what it says of a perfect result, and of each way to be wrong.
#include "tests/truth/score.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/truth/report.h"

namespace rastro::truth {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr Place kSomewhere{-34.6, -58.4};

std::int64_t minute(std::int64_t minutes) { return minutes * kMinuteMs; }

TrueStop true_stop(std::int64_t from, std::int64_t to, std::vector<std::string> clients,
                   std::string kind = "visit") {
  return {"d", minute(from), minute(to), kSomewhere, std::move(kind), std::move(clients)};
}

Stop stop(std::int64_t from, std::int64_t to) { return {"d", minute(from), minute(to), kSomewhere, {}}; }

Visit visit(std::int64_t from, std::int64_t to, std::string client, std::vector<std::string> ambiguous = {}) {
  return {"d", std::move(client), minute(from), minute(to), std::move(ambiguous), {}};
}

// Clients a and b are 25 m apart, c is alone; visits to a at 10–20 and to c at 40–60, lunch at 70–100, a
// queue at 110–113.
class ScoreTest : public testing::Test {
 protected:
  ScoreTest() {
    truth_.span = {"d", 0, minute(200)};
    truth_.stops = {true_stop(10, 20, {"a"}), true_stop(40, 60, {"c"}), true_stop(70, 100, {}, "lunch"),
                    true_stop(110, 113, {}, "either")};
    truth_.trips = {{"d", minute(20), minute(40), 8000}, {"d", minute(60), minute(70), 4000}};
    truth_.drive_bys = {{"d", "b", minute(30), minute(31), 20, 0},
                        {"d", "b", minute(35), minute(36), 20, 15}};
    clients_ = {{"a", {"a", kSomewhere, 75, 25, ""}},
                {"b", {"b", kSomewhere, 75, 25, ""}},
                {"c", {"c", kSomewhere, 75, 90, ""}}};
    result_.stops = {stop(10, 20), stop(40, 60), stop(70, 100)};
    result_.visits = {visit(10, 20, "a"), visit(40, 60, "c")};
    result_.trips = truth_.trips;
  }

  StopScore stops() const {
    StopScore score;
    add_stops(score, truth_, result_);
    return score;
  }
  VisitScore visits() const {
    VisitScore score;
    add_visits(score, truth_, result_, clients_);
    return score;
  }
  TripScore trips() const {
    TripScore score;
    add_trips(score, truth_, result_);
    return score;
  }

  DeviceTruthRows truth_;
  DeviceResultRows result_;
  ClientsByName clients_;
};

TEST_F(ScoreTest, TheTruthItselfIsPerfect) {
  EXPECT_EQ(stops().matched, 3U);
  EXPECT_EQ(stops().found, 3U);
  EXPECT_EQ(stops().fragmented + stops().merged, 0U);
  EXPECT_EQ(f1(visits().right, visits().truth, visits().found), 1);
  EXPECT_EQ(visits().drive_bys, 2U);
  EXPECT_EQ(visits().drive_bys_stood, 1U);
  EXPECT_EQ(trips().matched, 2U);
  EXPECT_EQ(percentile(trips().distance_errors, 0.95), 0);
  EXPECT_EQ(trips().parked_h, 1);
}

TEST_F(ScoreTest, AStopThatWasNotFoundIsMissed) {
  result_.stops.erase(result_.stops.begin());
  EXPECT_EQ(stops().truth, 3U);
  EXPECT_EQ(stops().matched, 2U);
  EXPECT_EQ(stops().found, 2U);
}

TEST_F(ScoreTest, AStopWhereNoneWasIsExtra) {
  result_.stops.push_back(stop(30, 33));
  EXPECT_EQ(stops().matched, 3U);
  EXPECT_EQ(stops().found, 4U);
}

TEST_F(ScoreTest, AStopWhereOpinionsDifferCountsNeitherWay) {
  result_.stops.push_back(stop(110, 113));
  result_.visits.push_back(visit(110, 113, "b"));
  EXPECT_EQ(stops().found, 3U);
  EXPECT_EQ(visits().found, 2U);
}

TEST_F(ScoreTest, AStopInTwoPiecesIsFragmentedAndTheLongerPieceItsMatch) {
  result_.stops[1] = stop(40, 52);
  result_.stops.push_back(stop(53, 60));
  EXPECT_EQ(stops().matched, 3U);
  EXPECT_EQ(stops().found, 4U);
  EXPECT_EQ(stops().fragmented, 1U);
}

TEST_F(ScoreTest, OneStopOverTwoIsMergedAndMatchesNeitherWhereItIsTooLong) {
  result_.stops = {stop(10, 60)};
  EXPECT_EQ(stops().merged, 1U);
  EXPECT_EQ(stops().matched, 0U);
}

TEST_F(ScoreTest, AShiftedStopMatchesWhileHalfOfBothIsCommonAndTellsItsBoundaryErrors) {
  result_.stops = {stop(13, 23), stop(54, 74)};
  EXPECT_EQ(stops().matched, 1U);  // 7 of 13 minutes; 6 of 34
  EXPECT_EQ(stops().start_errors_s, std::vector<double>{180});
  EXPECT_EQ(stops().end_errors_s, std::vector<double>{180});
}

TEST_F(ScoreTest, AnOpenEndIsTheEndOfTheDataAndHasNoBoundaryError) {
  truth_.stops = {true_stop(150, 0, {})};
  truth_.stops[0].end_ms.reset();
  result_.stops = {stop(151, 0)};
  result_.stops[0].end_ms.reset();
  EXPECT_EQ(stops().matched, 1U);
  EXPECT_EQ(stops().start_errors_s.size(), 1U);
  EXPECT_TRUE(stops().end_errors_s.empty());
}

TEST_F(ScoreTest, LatencyIsFromTheTrueEndToThePublication) {
  result_.stops[0].published_ms = minute(23);
  EXPECT_EQ(stops().latencies_s, std::vector<double>{180});
}

TEST_F(ScoreTest, AVisitToTheNeighbourIsAWrongClientAndFoundForNothing) {
  result_.visits[0] = visit(10, 20, "b");
  EXPECT_EQ(visits().right, 1U);
  EXPECT_EQ(visits().found, 2U);
  EXPECT_EQ(visits().wrong_client, 1U);
  EXPECT_EQ(visits().missed, 0U);
  EXPECT_EQ(visits().neighbours[0].wrong, 1U);
}

TEST_F(ScoreTest, AVisitToTheNeighbourThatNamesTheRightClientIsSaidToBeAmbiguous) {
  result_.visits[0] = visit(10, 20, "b", {"a"});
  EXPECT_EQ(visits().right, 1U);
  EXPECT_EQ(visits().neighbours[0].ambiguous, 1U);
  EXPECT_EQ(visits().neighbours[0].wrong, 0U);
}

TEST_F(ScoreTest, AnotherClientOfTheSameBuildingIsRightAndASecondRowForItCountsNeitherWay) {
  truth_.stops[0].clients = {"a", "b"};
  result_.visits[0] = visit(10, 20, "b");
  result_.visits.push_back(visit(10, 20, "a"));
  EXPECT_EQ(visits().right, 2U);
  EXPECT_EQ(visits().found, 2U);
}

TEST_F(ScoreTest, VisitsThatWereNoneAreToldApartByWhereTheyAre) {
  result_.visits = {visit(30, 31, "b"), visit(70, 100, "b"), visit(41, 44, "c")};
  EXPECT_EQ(visits().false_visits, 1U);
  EXPECT_EQ(visits().at_no_client, 1U);
  EXPECT_EQ(visits().in_pieces, 1U);
  EXPECT_EQ(visits().missed, 2U);
  EXPECT_EQ(visits().found, 3U);
}

TEST_F(ScoreTest, ASecondVisitToAnotherClientAtTheSameTimeIsFoundForNothing) {
  result_.visits.push_back(visit(10, 20, "b"));
  EXPECT_EQ(visits().right, 2U);
  EXPECT_EQ(visits().found, 3U);
}

TEST_F(ScoreTest, DistanceErrorsAreSharesOfTheTrueDistance) {
  result_.trips[0].distance_m = 8080;
  EXPECT_NEAR(percentile(trips().distance_errors, 1), 0.01, 1e-9);
  EXPECT_EQ(trips().found_m - trips().truth_m, 80);
}

TEST_F(ScoreTest, ATripInsideAStopIsFalseMetresWhileParked) {
  result_.trips.push_back({"d", minute(75), minute(80), 120});
  EXPECT_EQ(trips().false_parked_m, 120);
}

TEST(Percentile, IsTheNearestRank) {
  EXPECT_EQ(percentile({3, 1, 2}, 0.5), 2);
  EXPECT_EQ(percentile({3, 1, 2}, 0.95), 3);
  EXPECT_TRUE(std::isnan(percentile({}, 0.5)));
}

}  // namespace
}  // namespace rastro::truth
