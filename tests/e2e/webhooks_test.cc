// What happens on the road told to a subscriber, through the whole gateway: from a device's socket to a
// signed request, also across deaths of the gateway.
#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "tests/support/hook_receiver.h"
#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr Listener kTeltonika{"teltonika", Transport::kTcp};
constexpr const char* kImei = "352093086403655";
constexpr double kHome = -34.6;
constexpr double kWork = -34.63;  // 3.3 km to the south

class Webhooks : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(gateway_.start()) << gateway_.log();
    ASSERT_EQ(gateway_
                  .command({"client", "add", "The Baker", "--latitude", std::to_string(kWork), "--longitude",
                            "-58.4", "--radius", "80"})
                  .exit_code,
              0);
    const ProgramResult added = gateway_.command({"webhook", "add", receiver_.url()});
    ASSERT_EQ(added.exit_code, 0) << added.err;
    secret_ = added.out.substr(0, added.out.find('\n'));
    connect();
  }
  void connect() {
    tracker_ = std::make_unique<Tracker>(gateway_, kTeltonika, kImei);
    ASSERT_TRUE(tracker_->log_in());
  }

  // A record a minute, from that minute of the last hour on.
  bool stand(int from, int minutes, double latitude_deg, std::optional<Alarm> alarm = {}) {
    bool taken = true;
    for (int minute = from; minute < from + minutes; ++minute)
      taken = report(minute, latitude_deg, 0, std::exchange(alarm, std::nullopt)) && taken;
    return taken;
  }
  bool drive(int from, double latitude_from, double latitude_to) {
    bool taken = true;
    for (int i = 0; i < 5; ++i)
      taken = report(from + i, latitude_from + (latitude_to - latitude_from) * (i + 1) / 6, 40, {}) && taken;
    return taken;
  }
  bool report(int minute, double latitude_deg, double speed_kmh, std::optional<Alarm> alarm) {
    DeviceRecord record = record_at(0);
    record.time_ms = begin_ms_ + std::int64_t{minute} * 60'000;
    record.latitude_deg = latitude_deg;
    record.speed_kmh = speed_kmh;
    record.alarm = alarm;
    return tracker_->report({record});
  }
  void expect_good() const {
    for (const Received& received : receiver_.received())
      EXPECT_TRUE(received.is_signed_with(secret_)) << received.type;
  }

  const std::int64_t begin_ms_ = std::chrono::duration_cast<std::chrono::milliseconds>(
                                     std::chrono::system_clock::now().time_since_epoch())
                                         .count() /
                                     1000 * 1000 -
                                 3'600'000;
  GatewayProcess gateway_{{.yaml = "webhooks: {allow_private: true}\n"}};
  HookReceiver receiver_;
  std::string secret_;
  std::unique_ptr<Tracker> tracker_;
};

TEST_F(Webhooks, TellWhatAVehicleDidOnceEachAndSigned) {
  ASSERT_TRUE(stand(0, 10, kHome, Alarm::kSos) && drive(10, kHome, kWork) && stand(15, 10, kWork));
  EXPECT_TRUE(receiver_.gets("visit.opened", 1));
  ASSERT_TRUE(drive(25, kWork, kHome) && stand(30, 10, kHome));
  EXPECT_TRUE(receiver_.gets("visit.closed", 1));
  EXPECT_TRUE(receiver_.gets("trip.closed", 2));
  EXPECT_TRUE(receiver_.gets("alarm", 1));
  // The same again, as a device does that has not heard the answer; and all of it made anew.
  ASSERT_TRUE(stand(0, 10, kHome, Alarm::kSos));
  ASSERT_EQ(gateway_.command({"recompute"}).exit_code, 0);
  ASSERT_EQ(gateway_.command({"webhook", "test", "1"}).exit_code, 0);
  EXPECT_TRUE(receiver_.gets("ping", 1));
  for (const char* type : {"visit.opened", "visit.closed", "alarm"})
    EXPECT_EQ(receiver_.received(type).size(), 1u) << type;
  EXPECT_EQ(receiver_.received("trip.closed").size(), 2u);
  expect_good();
  EXPECT_NE(receiver_.received("visit.opened").front().body.find("The Baker"), std::string::npos);
  EXPECT_TRUE(eventually([&] {
    return gateway_.metric("rastro_webhook_attempts_total", {R"(outcome="delivered")"}) ==
           static_cast<double>(receiver_.received().size());
  }));
  EXPECT_EQ(gateway_.log().find(secret_), std::string::npos);
}

// Also those that were noted before the gateway that is asked began.
TEST_F(Webhooks, AreCountedByWhatHappened) {
  ASSERT_TRUE(stand(0, 10, kHome, Alarm::kSos));
  EXPECT_TRUE(receiver_.gets("alarm", 1));
  gateway_.kill();
  ASSERT_TRUE(gateway_.start());
  EXPECT_TRUE(
      eventually([&] { return gateway_.metric("rastro_webhook_events_total", {R"(type="alarm")"}) == 1; }));
}

TEST_F(Webhooks, LoseNothingWhenTheGatewayDies) {
  receiver_.answer_with(0);  // what is under way when it dies has not been answered
  ASSERT_TRUE(stand(0, 10, kHome, Alarm::kSos) && drive(10, kHome, kWork) && stand(15, 10, kWork));
  EXPECT_TRUE(receiver_.gets("alarm", 1));
  gateway_.kill();
  receiver_.answer_with(200);
  ASSERT_TRUE(gateway_.start());
  connect();
  ASSERT_TRUE(drive(25, kWork, kHome) && stand(30, 10, kHome));
  ASSERT_EQ(gateway_.command({"webhook", "resend", "1"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] {
    return gateway_.count("SELECT count(*) FROM rastro.webhook_delivery WHERE state = 'delivered'") >= 5;
  }));
  for (const char* type : {"visit.opened", "visit.closed", "alarm"}) {
    std::set<std::string> ids;
    for (const Received& received : receiver_.received(type)) ids.insert(received.id);
    EXPECT_EQ(ids.size(), 1u) << type << ": however often it was sent, it is one message";
  }
  expect_good();
}

TEST_F(Webhooks, AreLookedAfterFromTheShell) {
  EXPECT_NE(gateway_.command({"webhook", "list"}).out.find("active"), std::string::npos);
  EXPECT_EQ(gateway_.command({"webhook", "list", "--json"}).out.find("whsec_"), std::string::npos);
  EXPECT_EQ(gateway_.command({"webhook", "add", "ftp://example.com/"}).exit_code, 2);
  EXPECT_EQ(gateway_.command({"webhook", "add", receiver_.url(), "--event", "alarms"}).exit_code, 2);
  ASSERT_EQ(gateway_.command({"webhook", "test", "1"}).exit_code, 0);
  EXPECT_TRUE(receiver_.gets("ping", 1));
  EXPECT_TRUE(eventually([&] {
    return gateway_.command({"webhook", "deliveries", "1", "--state", "delivered"}).out.find("ping") !=
           std::string::npos;
  }));
  EXPECT_NE(gateway_.command({"webhook", "deliveries", "1", "--json"}).out.find(R"("status": 200)"),
            std::string::npos);
  EXPECT_NE(gateway_.command({"webhook", "secret", "1"}).out, secret_ + "\n");
  EXPECT_EQ(gateway_.command({"webhook", "remove", "1"}).exit_code, 0);
  EXPECT_EQ(gateway_.command({"webhook", "remove", "1"}).exit_code, 1);
  EXPECT_EQ(gateway_.command({"webhook", "list"}).out, "");
}

}  // namespace
}  // namespace rastro::test
