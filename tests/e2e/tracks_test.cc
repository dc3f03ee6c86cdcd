// What tracking makes of what devices say, through the whole gateway: visits while they last, reports, and a
// database that is away meanwhile.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr Listener kTeltonika{"teltonika", Transport::kTcp};
constexpr const char* kImei = "352093086403655";
constexpr const char* kDay = "2026-01-05";
constexpr double kHome = -34.6;
constexpr double kWork = -34.63;  // 3.3 km to the south

class Tracks : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(gateway_.start()) << gateway_.log();
    ASSERT_EQ(gateway_
                  .command({"client", "add", "The Baker", "--latitude", std::to_string(kWork), "--longitude",
                            "-58.4", "--radius", "80"})
                  .exit_code,
              0);
    tracker_ = std::make_unique<Tracker>(gateway_, kTeltonika, kImei);
    ASSERT_TRUE(tracker_->log_in());
  }
  void TearDown() override { EXPECT_EQ(open_books(gateway_), std::vector<std::string>{}); }

  // A record a minute, from that minute of the day on.
  bool stand(int from, int minutes, double latitude_deg) {
    bool taken = true;
    for (int minute = from; minute < from + minutes; ++minute) {
      DeviceRecord record = record_at(minute * 60);
      record.latitude_deg = latitude_deg;
      record.speed_kmh = 0;
      taken = tracker_->report({record}) && taken;
    }
    return taken;
  }
  bool drive(int from, double latitude_from, double latitude_to) {
    bool taken = true;
    for (int i = 0; i < 5; ++i) {
      DeviceRecord record = record_at((from + i) * 60);
      record.latitude_deg = latitude_from + (latitude_to - latitude_from) * (i + 1) / 6;
      taken = tracker_->report({record}) && taken;
    }
    return taken;
  }
  bool go_to_work() { return stand(600, 10, kHome) && drive(610, kHome, kWork) && stand(615, 10, kWork); }
  bool come_home() { return drive(625, kWork, kHome) && stand(630, 10, kHome); }
  bool becomes(const std::string& rows, int count) {
    return eventually([&] { return gateway_.count("SELECT count(*) FROM rastro." + rows) == count; });
  }

  GatewayProcess gateway_;
  std::unique_ptr<Tracker> tracker_;
};

TEST_F(Tracks, ShowAVisitWhileItLastsAndReportIt) {
  ASSERT_TRUE(go_to_work());
  EXPECT_TRUE(becomes("visit WHERE left_at IS NULL", 1));
  ASSERT_TRUE(come_home());
  EXPECT_TRUE(becomes("visit WHERE left_at IS NOT NULL", 1));
  EXPECT_TRUE(becomes("trip WHERE ended_at IS NOT NULL", 2));
  const ProgramResult visits =
      gateway_.command({"report", "visits", "--device", kImei, "--date", kDay, "--csv"});
  EXPECT_EQ(visits.exit_code, 0) << visits.err;
  EXPECT_NE(visits.out.find(",The Baker,"), std::string::npos) << visits.out;
  const ProgramResult trips = gateway_.command({"report", "trips", "--device", kImei, "--date", "2026-01"});
  EXPECT_EQ(std::ranges::count(trips.out, '\n'), 3) << "a heading and two trips: " << trips.out;
  const ProgramResult none = gateway_.command({"report", "day", "--device", kImei, "--date", "2026-01-06"});
  EXPECT_NE(none.err.find("nothing is known"), std::string::npos);
  EXPECT_EQ(gateway_.command({"report", "day", "--device", kImei, "--date", "2026-02-30"}).exit_code, 2);
  EXPECT_EQ(gateway_.command({"report", "day", "--device", "1", "--date", kDay}).exit_code, 1);
  EXPECT_TRUE(eventually([&] { return gateway_.metric("rastro_tracking_pending") == 0; }));
  EXPECT_GT(gateway_.metric("rastro_tracking_fixes_total"), 0);
}

TEST_F(Tracks, AreMadeAnewOnRequestAndWhenSettingsChange) {
  ASSERT_TRUE(go_to_work());
  ASSERT_TRUE(come_home());
  ASSERT_TRUE(becomes("stop", 3));
  const ProgramResult same = gateway_.command({"recompute", "--dry-run"});
  EXPECT_EQ(same.exit_code, 0) << same.err;
  EXPECT_EQ(same.out, "0 of 1 devices would differ; nothing is written\n");
  EXPECT_EQ(same.err, "") << "no progress bar where nobody looks";
  gateway_.query("UPDATE rastro.stop SET spread_m = -1 WHERE ended_at IS NOT NULL");
  const ProgramResult written =
      gateway_.command({"recompute", "--device", kImei, "--from", kDay, "--to", kDay});
  EXPECT_NE(written.out.find(std::string(kImei) + ": stops +0 -0 ~2"), std::string::npos) << written.out;
  EXPECT_EQ(gateway_.count("SELECT count(*) FROM rastro.stop WHERE spread_m < 0"), 0);
  EXPECT_EQ(gateway_.command({"recompute", "--from", "yesterday"}).exit_code, 2);
  EXPECT_EQ(gateway_.command({"device", "set", kImei, "--min-stop-s", "soon"}).exit_code, 2);
  ASSERT_EQ(gateway_.command({"device", "set", kImei, "--min-stop-s", "7200"}).exit_code, 0);
  EXPECT_TRUE(becomes("stop", 0));
}

TEST_F(Tracks, WaitForADatabaseThatIsAwayAndForAGatewayThatDied) {
  ASSERT_TRUE(stand(600, 10, kHome));
  ASSERT_TRUE(becomes("stop", 1));
  gateway_.kill_database();
  ASSERT_TRUE(drive(610, kHome, kWork) && stand(615, 5, kWork)) << "acknowledged from the journal";
  EXPECT_TRUE(eventually([&] {
    try {
      return gateway_.count("SELECT count(*) FROM rastro.visit WHERE left_at IS NULL") == 1;
    } catch (const std::exception&) {
      return false;  // not back yet
    }
  }));
  gateway_.kill();
  ASSERT_TRUE(gateway_.start());
  tracker_ = std::make_unique<Tracker>(gateway_, kTeltonika, kImei);
  ASSERT_TRUE(tracker_->log_in());
  ASSERT_TRUE(stand(620, 5, kWork) && come_home());
  EXPECT_TRUE(becomes("stop", 3));
  EXPECT_TRUE(becomes("visit WHERE left_at IS NOT NULL", 1));
}

TEST_F(Tracks, OfABacklogAreMadeWhenItHasItsRows) {
  SimulationRun fleet(gateway_, kTeltonika,
                      {"--devices", "100", "--duration", "4", "--interval-ms", "600000", "--backlog", "2500",
                       "--records-per-packet", "20", "--ramp", "0"});
  ASSERT_EQ(fleet.finish()["logged_in"], 100);
  EXPECT_EQ(open_books(gateway_), std::vector<std::string>{});
  EXPECT_TRUE(eventually([&] { return gateway_.metric("rastro_tracking_pending") == 0; }));
  const ProgramResult same = gateway_.command({"recompute", "--dry-run"});
  EXPECT_EQ(same.out, "0 of 101 devices would differ; nothing is written\n") << same.err;
  EXPECT_GT(gateway_.count("SELECT count(*) FROM rastro.day_statistics"), 0);
}

}  // namespace
}  // namespace rastro::test
