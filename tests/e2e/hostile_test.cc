// Crowds that want nothing but places and time: they get no more than their share of either, and live devices
// are answered beside them. Nothing here is about how fast.
#include <gtest/gtest.h>

#include <random>

#include "protocols/registry.h"
#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr Listener kGt06{"gt06", Transport::kTcp};
constexpr Listener kTeltonika{"teltonika", Transport::kTcp};
constexpr Listener kTeltonikaUdp{"teltonika", Transport::kUdp};

class HostileTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<GatewayProcess>(GatewayOptions{
        .yaml =
            "limits: {max_unidentified: 100, unidentified_per_address: 60, unidentified_per_network: 10000, "
            "unidentified_per_address_second: 1, unidentified_per_network_second: 10000, "
            "bad_datagrams_per_second: 5, identities_per_connection: 3, max_buffered_mib: 1}"});
    ASSERT_TRUE(gateway_->start()) << gateway_->log();
    live_ = std::make_unique<Tracker>(*gateway_, kGt06, "860000000000995");
    ASSERT_TRUE(live_->log_in());
  }
  static void TearDownTestSuite() {
    live_.reset();
    gateway_.reset();
  }
  void SetUp() override { ASSERT_NE(gateway_, nullptr); }
  void TearDown() override {
    EXPECT_TRUE(eventually([] { return unidentified() == 0; })) << "connections of this case are left";
    EXPECT_TRUE(live_->report(++second_));
    EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
  }

  // Connections that ended for `reason` so far.
  static double closed(const std::string& reason) {
    return gateway_->metric("rastro_connections_closed_total", {"reason=\"" + reason + "\""});
  }
  static double unidentified() { return gateway_->metric("rastro_connections_unidentified"); }
  // 127.0.N.1: an address of the host's own, each in a network of its own.
  static std::string address(int number) { return "127.0." + std::to_string(number) + ".1"; }
  // From an address that no other case has used up.
  static Wire connect_from(int number) {
    return Wire(gateway_->gt06_port(), Transport::kTcp, address(number));
  }

  static std::unique_ptr<GatewayProcess> gateway_;
  static std::unique_ptr<Tracker> live_;
  static int second_;
};

std::unique_ptr<GatewayProcess> HostileTest::gateway_;
std::unique_ptr<Tracker> HostileTest::live_;
int HostileTest::second_ = 1000;

TEST_F(HostileTest, ACrowdThatSendsAByteNowAndThenKeepsNobodyOut) {
  const double sent_away = closed("newcomer_limit");
  std::vector<Wire> crowd;
  for (int i = 0; i < 300; ++i) {
    crowd.push_back(connect_from(10 + i / 50));
    crowd.back().send(from_hex("78"));
    if (i % 50 != 0) continue;
    EXPECT_TRUE(live_->report(++second_));
  }
  EXPECT_TRUE(eventually([&] { return closed("newcomer_limit") - sent_away == 200; }));
  EXPECT_EQ(unidentified(), 100);
  Tracker late(*gateway_, kTeltonika, "860000000000011");
  ASSERT_TRUE(late.log_in());
  EXPECT_TRUE(late.report(1));
  EXPECT_TRUE(crowd.front().closed());
}

TEST_F(HostileTest, AnAddressHasItsShareOfPlaces) {
  const double refused = closed("address_limit");
  std::vector<Wire> crowd;
  for (int i = 0; i < 60; ++i) crowd.push_back(connect_from(20));
  EXPECT_TRUE(eventually([] { return unidentified() == 60; }));
  EXPECT_TRUE(connect_from(20).closed());
  EXPECT_EQ(closed("address_limit") - refused, 1);
  Tracker other(*gateway_, kGt06, "860000000000029");
  EXPECT_TRUE(other.log_in());
}

TEST_F(HostileTest, AnAddressOfRandomBytesIsSoonNotReadAnyMore) {
  std::mt19937 random(20261128);
  const double refused = closed("address_rate");
  for (int i = 0; i < 200; ++i) {
    Wire wire = connect_from(30);
    Bytes bytes(1 + random() % 6000);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    wire.send(bytes);
    wire.end_sending();
    wire.read_all();
    if (i % 50 != 0) continue;
    EXPECT_TRUE(live_->report(++second_));
  }
  EXPECT_GT(closed("address_rate") - refused, 0);
}

TEST_F(HostileTest, AStormOfConnectionsIsTakenAndLetGo) {
  const double accepted = gateway_->metric("rastro_connections_total");
  std::vector<Wire> storm;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 200; ++i) storm.push_back(connect_from(40 + i % 5));
    EXPECT_TRUE(live_->report(++second_));
    storm.clear();
  }
  EXPECT_TRUE(eventually([&] { return gateway_->metric("rastro_connections_total") - accepted == 2000; }));
}

TEST_F(HostileTest, DevicesThatLogInAreNotHeldAgainstTheirAddress) {
  std::vector<std::unique_ptr<Tracker>> fleet;
  for (int i = 0; i < 150; ++i) {
    fleet.push_back(
        std::make_unique<Tracker>(*gateway_, kTeltonika, std::to_string(860000000020000 + i), address(50)));
    ASSERT_TRUE(fleet.back()->log_in()) << i;
  }
  EXPECT_EQ(unidentified(), 0);
  EXPECT_TRUE(fleet.front()->report(1));
}

TEST_F(HostileTest, AConnectionIsSharedBySoManyDevicesAndNoMore) {
  const double before = closed("too_many_identities");
  Tracker shared(*gateway_, kGt06, "860000000000045");
  ASSERT_TRUE(shared.log_in());
  for (const char* imei : {"860000000000052", "860000000000060", "860000000000045", "860000000000078"}) {
    Bytes login;
    find_protocol("gt06")->open_device(DeviceIdentity(imei), Transport::kTcp)->encode_login(login);
    shared.wire().send(login);
  }
  EXPECT_EQ(shared.wire().read(40).size(), 30U) << "the fourth device";
  EXPECT_EQ(closed("too_many_identities") - before, 1);
}

TEST_F(HostileTest, HalfPacketsOfManyConnectionsTakeNoMoreMemoryThanThereIsFor) {
  const double before = closed("buffer_limit");
  std::vector<std::unique_ptr<Tracker>> hoarders;
  for (int i = 0; i < 40; ++i) {
    hoarders.push_back(std::make_unique<Tracker>(*gateway_, kTeltonika, std::to_string(860000000030000 + i)));
    ASSERT_TRUE(hoarders.back()->log_in());
    hoarders.back()->wire().send(from_hex("000000000000f000 08") + Bytes(50000, 0x01));
  }
  EXPECT_TRUE(eventually([&] { return closed("buffer_limit") > before; }));
  Tracker small(*gateway_, kTeltonika, "860000000000086");
  ASSERT_TRUE(small.log_in());
  Bytes packet;
  small.side().encode_data({record_at(1)}, packet);
  const double received = gateway_->metric("rastro_bytes_received_total");
  small.wire().send(ByteView(packet).first(20));
  EXPECT_TRUE(eventually([&] { return gateway_->metric("rastro_bytes_received_total") >= received + 20; }));
  small.wire().send(ByteView(packet).subspan(20));
  EXPECT_TRUE(small.acknowledged(1)) << "half a packet of a device is always allowed";
}

TEST_F(HostileTest, ADeviceThatLogsInAgainAndAgainIsLetInAndFillsNoTable) {
  const std::string imei = "860000000000102";
  for (int i = 0; i < 60; ++i) {
    Tracker restless(*gateway_, kGt06, imei);
    ASSERT_TRUE(restless.log_in()) << i;
  }
  EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
  const std::int64_t rows = gateway_->count(
      "SELECT count(*) FROM rastro.message AS m JOIN rastro.device ON device.id = m.device_id "
      "WHERE m.type = 'login' AND imei = '" +
      imei + "'");
  EXPECT_GE(rows, 20);
  EXPECT_LT(rows, 60) << "one a minute, when they are many";
}

TEST_F(HostileTest, ASourceOfDatagramsThatAreNoneIsLeftUnread) {
  Tracker neighbour(*gateway_, kTeltonikaUdp, "860000000000037");
  Wire bad(gateway_->udp_port(), Transport::kUdp);
  const auto dropped = [] { return gateway_->metric("rastro_datagrams_dropped_total"); };
  EXPECT_TRUE(eventually([&] {
    bad.send(from_hex("00"));
    return dropped() > 0;
  }));
  EXPECT_TRUE(neighbour.report(1));
}

TEST_F(HostileTest, TheLogHasALineForACrowd) {
  std::vector<Wire> crowd;
  for (int i = 0; i < 200; ++i) crowd.push_back(connect_from(60));
  const std::string log = gateway_->log();
  std::size_t lines = 0;
  for (std::size_t at = 0; (at = log.find("refused 127.0.60.1", at)) != std::string::npos; ++at) ++lines;
  EXPECT_LE(lines, 2U) << log;  // one a reason
}

}  // namespace
}  // namespace rastro::test
