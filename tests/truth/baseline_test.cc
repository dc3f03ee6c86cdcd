// The baselines on days made by hand: driving straight, standing, driving on, a fix each ten seconds.
#include "tests/truth/baseline.h"

#include <gtest/gtest.h>

namespace rastro::truth {
namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kStepS = 10;

class DayTest : public testing::Test {
 protected:
  void drive(std::int64_t seconds) { go(seconds, 36); }
  void stand(std::int64_t seconds) { go(seconds, 0); }

  void go(std::int64_t seconds, double speed_kmh) {
    for (std::int64_t left_s = seconds; left_s > 0; left_s -= kStepS) {
      time_s_ += kStepS;
      x_m_ += speed_kmh / 3.6 * kStepS;
      FixRow fix;
      fix.device = "d";
      fix.time_ms = time_s_ * kSecondMs;
      fix.arrival_ms = fix.time_ms + kSecondMs;
      fix.valid = true;
      fix.place = place_of({x_m_, 0});
      fix.speed_kmh = speed_kmh;
      fixes_.push_back(fix);
    }
  }

  std::vector<FixRow> fixes_;
  std::int64_t time_s_ = 1'000'000;
  double x_m_ = 0;
};

TEST_F(DayTest, TraccarFindsAStopOfFiveMinutesFromItsFirstStandingFixToTheFirstMovingOne) {
  drive(600);
  stand(310);
  const std::int64_t first_ms = fixes_[60].time_ms;
  drive(600);
  const std::vector<Stop> stops = traccar_stops(clean(fixes_));
  ASSERT_EQ(stops.size(), 1U);
  EXPECT_EQ(stops[0].start_ms, first_ms);
  EXPECT_EQ(stops[0].end_ms, first_ms + 310 * kSecondMs);
}

TEST_F(DayTest, TraccarFindsNoStopThatIsShorterOrBrokenByOneFixWithSpeed) {
  drive(600);
  stand(290);
  drive(600);
  stand(200);
  fixes_.back().speed_kmh = 1;
  stand(200);
  drive(600);
  EXPECT_TRUE(traccar_stops(clean(fixes_)).empty());
}

TEST_F(DayTest, TraccarTakesAGapOfAnHourWhileMovingForAStop) {
  drive(600);
  time_s_ += 3600;
  drive(600);
  EXPECT_EQ(traccar_stops(clean(fixes_)).size(), 1U);
}

TEST_F(DayTest, TrackintelFindsAStayOfFiveMinutesWithinAHundredMetres) {
  drive(600);
  stand(300);
  drive(600);
  const std::vector<Stop> stops = trackintel_stops(clean(fixes_));
  ASSERT_EQ(stops.size(), 1U);
  EXPECT_NEAR(static_cast<double>(*stops[0].end_ms - *stops[0].start_ms) / kSecondMs, 320, 20);
}

TEST_F(DayTest, TrackintelJoinsNothingOverAGapOfMoreThanAQuarterOfAnHourAndTellsNoLastStay) {
  drive(600);
  stand(100);
  time_s_ += 16 * 60;
  stand(100);
  drive(600);
  stand(3600);
  EXPECT_TRUE(trackintel_stops(clean(fixes_)).empty());
}

TEST_F(DayTest, ScikitMobilityFindsTwentyMinutesWithinTwoHundredMetresAndNoLess) {
  drive(600);
  stand(1100);
  drive(600);
  EXPECT_TRUE(scikit_mobility_stops(clean(fixes_)).empty());
  stand(1200);
  drive(600);
  EXPECT_EQ(scikit_mobility_stops(clean(fixes_)).size(), 1U);
}

TEST_F(DayTest, CleanFixesAreValidInTheirTimeAndInItsOrder) {
  drive(50);
  std::swap(fixes_[0], fixes_[1]);
  fixes_[2].valid = false;
  fixes_[3].place = {0, 0};
  fixes_[4].time_ms += 3600 * kSecondMs;
  fixes_.push_back(fixes_[0]);
  const CleanFixes fixes = clean(fixes_);
  ASSERT_EQ(fixes.size(), 2U);
  EXPECT_LT(fixes[0].time_ms, fixes[1].time_ms);
}

TEST_F(DayTest, ATripIsTheWayBetweenTwoStops) {
  stand(1200);
  drive(600);
  stand(1200);
  const CleanFixes fixes = clean(fixes_);
  const std::vector<Stop> stops{{"d", fixes.front().time_ms, fixes[119].time_ms, {}, {}},
                                {"d", fixes[179].time_ms, std::nullopt, {}, {}}};
  const std::vector<Trip> trips = trips_between(fixes, stops);
  ASSERT_EQ(trips.size(), 1U);
  EXPECT_NEAR(trips[0].distance_m, 6000, 30);  // the sphere is not the ellipsoid
}

TEST(VisitsAt, AreAtTheNearestClientWhoseRadiusHoldsTheStop) {
  const std::vector<Client> clients{{"far", place_of({80, 0}), 100, 0, ""},
                                    {"near", place_of({40, 0}), 50, 0, ""},
                                    {"nearest", place_of({0, 20}), 10, 0, ""}};
  const std::vector<Visit> visits =
      visits_at({{"d", 0, 1, place_of({0, 0}), {}}, {"d", 2, 3, place_of({500, 0}), {}}}, clients);
  ASSERT_EQ(visits.size(), 1U);
  EXPECT_EQ(visits[0].client, "near");
}

}  // namespace
}  // namespace rastro::truth
