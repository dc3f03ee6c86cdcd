// Making ways anew on request: the difference first, and what a report then says.
#include "pipeline/postgis/track_recompute.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/postgis/catalogue.h"
#include "pipeline/postgis/client_store.h"
#include "pipeline/postgis/track_report.h"
#include "tests/support/track_run.h"

namespace rastro::postgis {
namespace {

using test::kFirstDay;
using test::kMinuteMs;

constexpr const char* kImei = "352093086403655";
constexpr const char* kZone = "America/Argentina/Buenos_Aires";

// Two stops of twenty minutes, and the way between.
class TrackRecomputeTest : public testing::Test {
 protected:
  TrackRecomputeTest() {
    device_ = *catalogue_.add_device({.imei = kImei});
    const tracking::Place work = tracking::moved(test::kDepot, {3000, 0});
    EXPECT_TRUE(ClientStore(database_.url())
                    .add({.uid = "7",
                          .company_name = "Panadería \"Sol\"",
                          .latitude_deg = work.latitude_deg,
                          .longitude_deg = work.longitude_deg}));
    for (int minute = 0; minute < 45; ++minute) {
      tracking::Point point;
      point.time_ms = kFirstDay + minute * kMinuteMs;
      const double part = std::clamp((minute - 19) / 6.0, 0.0, 1.0);
      point.place = tracking::moved(test::kDepot, {3000 * part, 0});
      point.speed_kmh = part > 0 && part < 1 ? 36.0F : 0.0F;
      point.valid = true;
      run_.append(test::record_of(kImei, point));
    }
    run_.finish();
  }

  TrackRecompute recompute(const tracking::Parameters& parameters = {}) {
    return {database_.url(), parameters, "Fixed/-03", calendar_};
  }
  static std::string text(const Result<TrackDifference>& difference) {
    if (!difference) return difference.error().sentence;
    std::string text;
    for (const auto& counts : difference->counts) {
      text += std::string(counts.what) + " +" + std::to_string(counts.added) + " -" +
              std::to_string(counts.removed) + " ~" + std::to_string(counts.changed) + " ";
    }
    return text;
  }
  Report report(ReportKind kind, const ReportPeriod& period = {"2026-11-20", "2026-11-21"}) {
    const auto report = read_report(database_.url(), kind, device_, period, kZone);
    EXPECT_TRUE(report) << report.error().sentence;
    return report ? *report : Report{};
  }

  test::TestDatabase database_;
  Catalogue catalogue_{database_.url()};
  std::int64_t device_ = 0;
  test::FixedCalendar calendar_;
  test::TrackRun run_{database_};
};

TEST_F(TrackRecomputeTest, ChangesNothingWhereNothingIsDifferent) {
  const std::string before = run_.rows();
  EXPECT_EQ(text(recompute().recompute({.device_id = device_}, true)),
            "stops +0 -0 ~0 trips +0 -0 ~0 visits +0 -0 ~0 days +0 -0 ~0 ");
  EXPECT_EQ(run_.rows(), before);
}

TEST_F(TrackRecomputeTest, SaysWhatWouldDifferAndWritesItOnlyWhenAsked) {
  tracking::Parameters parameters;
  parameters.min_stop_s = 1150;  // the first stop is longer than this by little, the second not
  parameters.overspeed_kmh = 20;
  const std::string before = run_.rows();
  const std::string first = text(recompute(parameters).recompute({.device_id = device_}, false));
  EXPECT_NE(first, "stops +0 -0 ~0 trips +0 -0 ~0 visits +0 -0 ~0 days +0 -0 ~0 ");
  EXPECT_EQ(run_.rows(), before) << "nothing is written";
  EXPECT_EQ(text(recompute(parameters).recompute({.device_id = device_}, true)), first);
  EXPECT_NE(run_.rows(), before);
  EXPECT_EQ(text(recompute(parameters).recompute({.device_id = device_}, true)),
            "stops +0 -0 ~0 trips +0 -0 ~0 visits +0 -0 ~0 days +0 -0 ~0 ");
}

TEST_F(TrackRecomputeTest, PutsBackWhatWasDamaged) {
  const std::string before = run_.rows();
  database_.value("DELETE FROM rastro.trip; UPDATE rastro.stop SET spread_m = 7; DELETE FROM rastro.visit");
  EXPECT_EQ(text(recompute().recompute({.device_id = device_, .from_ms = kFirstDay}, true)),
            "stops +0 -0 ~2 trips +1 -0 ~0 visits +1 -0 ~0 days +0 -0 ~0 ");
  EXPECT_EQ(run_.rows(), before);
}

TEST_F(TrackRecomputeTest, IsReportedInTheTimeOfTheZone) {
  const Report trips = report(ReportKind::kTrips);
  ASSERT_EQ(trips.rows.size(), 1u);
  EXPECT_EQ(trips.rows[0].size(), trips.columns.size());
  EXPECT_EQ(trips.rows[0][0].substr(0, 15), "2026-11-20 00:1") << "midnight is 03:00 UTC";
  const Report visits = report(ReportKind::kVisits);
  ASSERT_EQ(visits.rows.size(), 1u);
  EXPECT_EQ(visits.rows[0][1], "") << "it lasts";
  EXPECT_EQ(visits.rows[0][3], "7");
  EXPECT_EQ(visits.rows[0][4], "Panadería \"Sol\"");
  const Report days = report(ReportKind::kDays, {"2026-11-01", "2026-12-01"});
  ASSERT_EQ(days.rows.size(), 1u);
  EXPECT_EQ(days.rows[0][0], "2026-11-20");
  EXPECT_EQ(report(ReportKind::kDays, {"2026-11-21", "2026-11-22"}).rows.size(), 0u);
  EXPECT_EQ(report(ReportKind::kTrips, {"2026-11-19", "2026-11-20"}).rows.size(), 0u);
}

TEST_F(TrackRecomputeTest, KnowsTheAreasOfClients) {
  database_.value(R"(
    INSERT INTO rastro.client_applied SELECT 70, ST_SetSRID(ST_MakePoint(1, 1), 4326), 10, ST_GeomFromText(
      'MULTIPOLYGON(((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 1)), ((9 9, 10 9, 10 10, 9 9)))', 4326), 60;
    INSERT INTO rastro.client_applied SELECT 71, ST_SetSRID(ST_MakePoint(1, 1), 4326), 10, ST_GeomFromText(
      'MULTIPOLYGON(((9 9, 10 9, 10 10, 9 9)))', 4326), 0)");
  auto connection = Connection::open(database_.url());
  ASSERT_TRUE(connection);
  AppliedClients clients;
  ASSERT_TRUE(clients.hold(*connection));
  ASSERT_EQ(clients.index().size(), 3u);
  const tracking::Client* client = clients.index().find(70);
  ASSERT_NE(client, nullptr);
  ASSERT_EQ(client->area.size(), 3u) << "two polygons, one with a hole";
  EXPECT_EQ(client->area[0].size(), 5u);
  EXPECT_EQ(client->area[1].size(), 4u);
  EXPECT_EQ(client->area[2][1].longitude_deg, 10);
  EXPECT_EQ(client->area[2][1].latitude_deg, 9);
  EXPECT_EQ(client->min_visit_s, 60);
  EXPECT_EQ(clients.index().find(71)->area.size(), 1u);
}

}  // namespace
}  // namespace rastro::postgis
