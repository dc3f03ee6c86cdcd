// What makes a device's identity doubtful is an alarm and an event, and nobody is closed or overwritten for
// it.
#include <gtest/gtest.h>

#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr Listener kGt06{"gt06", Transport::kTcp};
constexpr Listener kTeltonika{"teltonika", Transport::kTcp};
constexpr Listener kTeltonikaUdp{"teltonika", Transport::kUdp};

class AlarmsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<GatewayProcess>(GatewayOptions{
        .yaml = "webhooks: {allow_private: true}",
        .environment = {"RASTRO_DEVICES_TAKEOVERS_PER_HOUR=3", "RASTRO_DEVICES_MAX_SPEED_KMH=300",
                        "RASTRO_DEVICES_NETWORKS=127.0.0.1"}});
    ASSERT_TRUE(gateway_->start()) << gateway_->log();
    // Nobody answers there; that somebody wants to be told is what makes events.
    ASSERT_EQ(
        gateway_->command({"webhook", "add", "http://127.0.0.1:9/", "--event", "device.alarm"}).exit_code, 0);
  }
  static void TearDownTestSuite() { gateway_.reset(); }
  void SetUp() override { ASSERT_NE(gateway_, nullptr); }
  void TearDown() override { EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{}); }

  static double alarms(const std::string& kind) {
    return gateway_->metric("rastro_identity_alarms_total", {"kind=\"" + kind + "\""});
  }
  static bool has_event(const std::string& imei, const std::string& kind, const std::string& data = "kind") {
    return eventually([&] {
      return gateway_->count(
                 "SELECT count(*) FROM rastro.event WHERE type = 'device.alarm' AND data->>'kind' = '" +
                 kind + "' AND device->>'imei' = '" + imei + "' AND data ? '" + data + "'") == 1;
    });
  }

  static std::unique_ptr<GatewayProcess> gateway_;
};

std::unique_ptr<GatewayProcess> AlarmsTest::gateway_;

TEST_F(AlarmsTest, TwoThatKickEachOtherOutTooOftenBothStay) {
  const std::string imei = "860000000000011";
  auto first = std::make_unique<Tracker>(*gateway_, kGt06, imei);
  ASSERT_TRUE(first->log_in());
  ASSERT_TRUE(first->report(1));
  for (int takeover = 0; takeover < 3; ++takeover) {
    auto second = std::make_unique<Tracker>(*gateway_, kGt06, imei);
    ASSERT_TRUE(second->log_in());
    EXPECT_TRUE(first->wire().closed());
    first = std::move(second);
  }
  EXPECT_EQ(alarms("two_connections"), 0);
  Tracker clone(*gateway_, kGt06, imei);
  ASSERT_TRUE(clone.log_in());
  EXPECT_TRUE(first->report(2));
  EXPECT_TRUE(clone.report(3));
  EXPECT_TRUE(first->report(4));
  EXPECT_EQ(alarms("two_connections"), 1);
  EXPECT_TRUE(has_event(imei, "two_connections", "address"));
  EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
  EXPECT_EQ(gateway_->count("SELECT count(*) FROM rastro.fix f JOIN rastro.device d ON d.id = f.device_id "
                            "WHERE imei = '" +
                            imei + "'"),
            4);
}

TEST_F(AlarmsTest, APlaceThatNoVehicleGetsToIsKeptAndTold) {
  const std::string imei = "860000000000029";
  Tracker tracker(*gateway_, kTeltonika, imei);
  ASSERT_TRUE(tracker.log_in());
  ASSERT_TRUE(tracker.report(1));
  ASSERT_TRUE(tracker.report(60));
  DeviceRecord far = record_at(120);
  far.latitude_deg += 1;
  ASSERT_TRUE(tracker.report({far}));
  EXPECT_TRUE(has_event(imei, "impossible_jump", "speed_kmh"));
  EXPECT_EQ(alarms("impossible_jump"), 1);
  EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
  EXPECT_EQ(gateway_->count("SELECT count(*) FROM rastro.fix f JOIN rastro.device d ON d.id = f.device_id "
                            "WHERE imei = '" +
                            imei + "'"),
            3);
}

TEST_F(AlarmsTest, ADeviceFromElsewhereIsServedAndTold) {
  Tracker home(*gateway_, kGt06, "860000000000037");
  ASSERT_TRUE(home.log_in());
  EXPECT_EQ(alarms("foreign_network"), 0);
  Tracker away(*gateway_, kGt06, "860000000000045", "127.0.0.2");
  ASSERT_TRUE(away.log_in());
  EXPECT_TRUE(away.report(1));
  Tracker datagrams(*gateway_, kTeltonikaUdp, "860000000000052", "127.0.0.2");
  EXPECT_TRUE(datagrams.report(1));
  EXPECT_TRUE(datagrams.report(2));
  EXPECT_EQ(alarms("foreign_network"), 2);
  EXPECT_TRUE(has_event("860000000000045", "foreign_network", "address"));
  EXPECT_TRUE(has_event("860000000000052", "foreign_network"));
}

}  // namespace
}  // namespace rastro::test
