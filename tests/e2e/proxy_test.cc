// Behind a proxy that speaks the PROXY protocol: whose connection it is, who is believed it, and what comes
// instead.
#include <gtest/gtest.h>

#include "protocols/registry.h"
#include "tests/support/free_port.h"
#include "tests/support/tls_wire.h"
#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr const char* kImei = "860000000000011";
constexpr const char* kProxy = "127.0.0.5";
constexpr std::size_t kGt06Reply = 10;

// 203.0.113.N, by way of 10.0.0.1.
Bytes header(int number) {
  return from_hex("0d0a0d0a000d0a515549540a 21 11 000c cb0071") + Bytes{static_cast<std::uint8_t>(number)} +
         from_hex("0a000001 d431 139f");
}

Bytes login(const std::string& imei = kImei) {
  Bytes bytes;
  find_protocol("gt06")->open_device(DeviceIdentity(imei), Transport::kTcp)->encode_login(bytes);
  return bytes;
}

class ProxyTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    authority_ = std::make_unique<Authority>(folder_->path(), "authority");
    const CertificateFiles own = authority_->issue("gateway");
    plain_ = free_port();
    tls_ = free_port();
    const std::string proxies = "proxy_protocol: {from: [127.0.0.5/32]}";
    gateway_ = std::make_unique<GatewayProcess>(GatewayOptions{
        .yaml = "limits: {unidentified_per_address: 5}",
        .environment = {
            "RASTRO_DEVICES_NETWORKS=203.0.113.0/24,127.0.0.1",
            "RASTRO_LISTENERS=[{protocol: gt06, bind: \"127.0.0.1:" + std::to_string(plain_) + "\", " +
                proxies + "}, {protocol: gt06, bind: \"127.0.0.1:" + std::to_string(tls_) + "\", " + proxies +
                ", tls: {certificate: " + own.certificate + ", key: " + own.key + "}}]"}});
    ASSERT_TRUE(gateway_->start()) << gateway_->log();
  }
  static void TearDownTestSuite() {
    gateway_.reset();
    authority_.reset();
    folder_.reset();
  }
  void SetUp() override { ASSERT_NE(gateway_, nullptr); }
  void TearDown() override {
    EXPECT_TRUE(eventually([] { return gateway_->metric("rastro_connections_unidentified") == 0; }));
    EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
  }

  static Wire from_proxy() { return Wire(plain_, Transport::kTcp, kProxy); }
  static double closed(const std::string& reason) {
    return gateway_->metric("rastro_connections_closed_total", {"reason=\"" + reason + "\""});
  }
  static double foreign() {
    return gateway_->metric("rastro_identity_alarms_total", {"kind=\"foreign_network\""});
  }

  static std::unique_ptr<TemporaryFolder> folder_;
  static std::unique_ptr<Authority> authority_;
  static std::unique_ptr<GatewayProcess> gateway_;
  static std::uint16_t plain_;
  static std::uint16_t tls_;
};

std::unique_ptr<TemporaryFolder> ProxyTest::folder_;
std::unique_ptr<Authority> ProxyTest::authority_;
std::unique_ptr<GatewayProcess> ProxyTest::gateway_;
std::uint16_t ProxyTest::plain_ = 0;
std::uint16_t ProxyTest::tls_ = 0;

TEST_F(ProxyTest, ADeviceIsServedHoweverTheHeaderIsCut) {
  const Bytes whole = header(7) + login();
  const double alarms = foreign();
  for (std::size_t cut = 1; cut <= header(7).size(); ++cut) {
    const double received = gateway_->metric("rastro_bytes_received_total");
    Wire wire = from_proxy();
    wire.send(ByteView(whole).first(cut));
    ASSERT_TRUE(eventually([&] {
      return gateway_->metric("rastro_bytes_received_total") - received == static_cast<double>(cut);
    })) << cut;
    wire.send(ByteView(whole).subspan(cut));
    EXPECT_EQ(wire.read(kGt06Reply).size(), kGt06Reply) << cut;
  }
  EXPECT_EQ(foreign(), alarms) << "it comes from where devices are expected, whatever the proxy's address";
}

TEST_F(ProxyTest, TheAddressInTheHeaderIsTheDevices) {
  const double alarms = foreign();
  Wire wire = from_proxy();
  wire.send(from_hex("0d0a0d0a000d0a515549540a 21 11 000c c6336407 0a000001 d431 139f") +
            login("860000000000037"));
  EXPECT_EQ(wire.read(kGt06Reply).size(), kGt06Reply);
  EXPECT_EQ(foreign() - alarms, 1);
  EXPECT_TRUE(eventually([] { return gateway_->log().find("198.51.100.7") != std::string::npos; }));
}

TEST_F(ProxyTest, ANamedProxyHasToBeginWithIt) {
  const double before = closed("proxy_header");
  Wire wire = from_proxy();
  wire.send(login());
  EXPECT_TRUE(wire.closed());
  Wire old = from_proxy();
  old.send(bytes_of_text("PROXY TCP4 203.0.113.7 10.0.0.1 54321 5023\r\n"));
  EXPECT_TRUE(old.closed());
  EXPECT_EQ(closed("proxy_header") - before, 2);
}

TEST_F(ProxyTest, NobodyElseIsBelievedOne) {
  const double before = closed("stray");
  Wire wire(plain_);
  wire.send(header(7) + login());
  EXPECT_TRUE(wire.closed());
  EXPECT_EQ(closed("stray") - before, 1);
  Wire device(plain_);
  device.send(login());
  EXPECT_EQ(device.read(kGt06Reply).size(), kGt06Reply) << "without one it is served as ever";
}

TEST_F(ProxyTest, AHealthCheckSpeaksForTheProxy) {
  Wire wire = from_proxy();
  wire.send(from_hex("0d0a0d0a000d0a515549540a 20 00 0000") + login());
  EXPECT_EQ(wire.read(kGt06Reply).size(), kGt06Reply);
  const double before = closed("peer_closed");
  { Wire knock = from_proxy(); }
  EXPECT_TRUE(eventually([&] { return closed("peer_closed") - before >= 1; }));
}

TEST_F(ProxyTest, BoundsAreThoseOfTheAddressesBehindIt) {
  const double refused = closed("address_limit");
  std::vector<Wire> crowd;
  for (int number = 1; number <= 20; ++number) {
    crowd.push_back(from_proxy());
    crowd.back().send(header(number));
  }
  EXPECT_TRUE(eventually([] { return gateway_->metric("rastro_connections_unidentified") == 20; }));
  for (int i = 0; i < 5; ++i) {
    crowd.push_back(from_proxy());
    crowd.back().send(header(7));
  }
  EXPECT_TRUE(eventually([&] { return closed("address_limit") - refused == 1; }));
}

TEST_F(ProxyTest, TlsBeginsBehindTheHeader) {
  Wire wire(tls_, Transport::kTcp, kProxy);
  wire.send(header(7));
  TlsWire device(std::move(wire), {authority_->certificate()});
  ASSERT_TRUE(device.shake_hands());
  ASSERT_TRUE(device.send(login()));
  EXPECT_EQ(device.read(kGt06Reply).size(), kGt06Reply);
}

}  // namespace
}  // namespace rastro::test
