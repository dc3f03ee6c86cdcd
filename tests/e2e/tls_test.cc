// Devices over TLS, and those that a listener with certificates does not take.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "protocols/registry.h"
#include "tests/support/free_port.h"
#include "tests/support/tls_wire.h"
#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr const char* kImei = "860000000000011";
constexpr const char* kOther = "860000000000029";
constexpr std::size_t kGt06Reply = 10;

class TlsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    authority_ = std::make_unique<Authority>(folder_->path(), "authority");
    const CertificateFiles own = authority_->issue("gateway");
    const std::string files = "certificate: " + own.certificate + ", key: " + own.key;
    open_ = free_port();
    closed_ = free_port();
    gateway_ = std::make_unique<GatewayProcess>(GatewayOptions{
        .yaml = "limits: {login_timeout_s: 3}",
        .environment = {"RASTRO_LISTENERS=[{protocol: gt06, bind: \"127.0.0.1:" + std::to_string(open_) +
                        "\", tls: {" + files +
                        "}}, {protocol: gt06, bind: \"127.0.0.1:" + std::to_string(closed_) + "\", tls: {" +
                        files + ", client_ca: " + authority_->certificate() + ", match_identity: true}}]"}});
    ASSERT_TRUE(gateway_->start()) << gateway_->log();
  }
  static void TearDownTestSuite() {
    gateway_.reset();
    authority_.reset();
    folder_.reset();
  }
  void SetUp() override { ASSERT_NE(gateway_, nullptr); }
  void TearDown() override { EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{}); }

  static TlsWire connect(std::uint16_t port, CertificateFiles certificate = {},
                         int version = TLS1_3_VERSION) {
    return {Wire(port), {authority_->certificate(), std::move(certificate), version}};
  }
  static Bytes login(const char* imei) {
    Bytes bytes;
    side(imei)->encode_login(bytes);
    return bytes;
  }
  static std::unique_ptr<DeviceSide> side(const char* imei) {
    return find_protocol("gt06")->open_device(DeviceIdentity(imei), Transport::kTcp);
  }
  // Whether the device gets as far as an answer to its login.
  static bool logs_in(TlsWire wire, const char* imei) {
    return wire.shake_hands() && wire.send(login(imei)) && wire.read(kGt06Reply).size() == kGt06Reply;
  }
  static double closed(const std::string& reason) {
    return gateway_->metric("rastro_connections_closed_total", {"reason=\"" + reason + "\""});
  }
  static void expect_refused(TlsWire wire, const char* imei) {
    const double before = closed("client_certificate");
    EXPECT_FALSE(logs_in(std::move(wire), imei));
    EXPECT_TRUE(eventually([&] { return closed("client_certificate") - before == 1; }));
  }

  static std::unique_ptr<TemporaryFolder> folder_;
  static std::unique_ptr<Authority> authority_;
  static std::unique_ptr<GatewayProcess> gateway_;
  static std::uint16_t open_;
  static std::uint16_t closed_;
};

std::unique_ptr<TemporaryFolder> TlsTest::folder_;
std::unique_ptr<Authority> TlsTest::authority_;
std::unique_ptr<GatewayProcess> TlsTest::gateway_;
std::uint16_t TlsTest::open_ = 0;
std::uint16_t TlsTest::closed_ = 0;

TEST_F(TlsTest, DevicesAreServedByBothVersions) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsWire wire = connect(open_, {}, version);
    ASSERT_TRUE(wire.shake_hands());
    Bytes bytes = login(kImei);
    side(kImei)->encode_data({record_at(version)}, bytes);
    ASSERT_TRUE(wire.send(bytes));
    EXPECT_EQ(wire.read(2 * kGt06Reply).size(), 2 * kGt06Reply);
  }
}

TEST_F(TlsTest, MoreThanARecordOfTlsIsReadToItsEnd) {
  TlsWire wire = connect(open_);
  ASSERT_TRUE(wire.shake_hands());
  Bytes bytes = login(kImei);
  const auto device = side(kImei);
  constexpr std::size_t kFrames = 2000;  // some 70 kB: five records of TLS and more than one read
  for (std::size_t i = 0; i < kFrames; ++i)
    device->encode_data({record_at(static_cast<int>(10000 + i))}, bytes);
  ASSERT_TRUE(wire.send(bytes));
  EXPECT_EQ(wire.read((1 + kFrames) * kGt06Reply).size(), (1 + kFrames) * kGt06Reply);
}

TEST_F(TlsTest, AnOlderVersionIsRefused) {
  const double before = closed("tls_handshake");
  EXPECT_FALSE(logs_in(connect(open_, {}, TLS1_1_VERSION), kImei));
  EXPECT_TRUE(eventually([&] { return closed("tls_handshake") - before == 1; }));
}

TEST_F(TlsTest, ADeviceThatSpeaksPlainlyIsRefused) {
  const double before = closed("tls_handshake");
  Wire wire(open_);
  wire.send(login(kImei));
  wire.read_all();
  EXPECT_TRUE(eventually([&] { return closed("tls_handshake") - before == 1; }));
}

TEST_F(TlsTest, AHandshakeThatDoesNotGoOnEndsAsALoginDoes) {
  const double before = closed("login_timeout");
  Wire wire(open_);
  wire.send(from_hex("16030100c8"));
  TlsWire silent = connect(open_);
  EXPECT_TRUE(silent.shake_hands());
  EXPECT_TRUE(wire.closed());
  EXPECT_TRUE(silent.read(1).empty());
  EXPECT_EQ(closed("login_timeout") - before, 2);
}

TEST_F(TlsTest, ACertificateLetsItsDeviceInAndNoOther) {
  const CertificateFiles certificate = authority_->issue(kImei);
  EXPECT_TRUE(logs_in(connect(closed_, certificate), kImei));
  EXPECT_TRUE(logs_in(connect(closed_, certificate, TLS1_2_VERSION), kImei));
  expect_refused(connect(closed_, certificate), kOther);
}

TEST_F(TlsTest, WithoutACertificateNobodyComesIn) {
  expect_refused(connect(closed_), kImei);
  expect_refused(connect(closed_, {}, TLS1_2_VERSION), kImei);
}

TEST_F(TlsTest, AnExpiredCertificateIsNone) {
  expect_refused(connect(closed_, authority_->issue(kImei, 60)), kImei);
}

TEST_F(TlsTest, ACertificateOfAnotherAuthorityIsNone) {
  Authority stranger(folder_->path(), "stranger");
  expect_refused(connect(closed_, stranger.issue(kImei)), kImei);
}

TEST(TlsReload, GivesNewConnectionsTheNewCertificateAndKeepsTheOthers) {
  const TemporaryFolder folder;
  Authority before(folder.path(), "before");
  const CertificateFiles files = before.issue("gateway");
  const std::uint16_t port = free_port();
  GatewayProcess gateway(
      {.yaml = "",
       .environment = {"RASTRO_LISTENERS=[{protocol: gt06, bind: \"127.0.0.1:" + std::to_string(port) +
                       "\", tls: {certificate: " + files.certificate + ", key: " + files.key + "}}]"}});
  ASSERT_TRUE(gateway.start());
  const auto device = find_protocol("gt06")->open_device(DeviceIdentity(kImei), Transport::kTcp);
  Bytes login;
  device->encode_login(login);
  TlsWire old(Wire(port), {.authority = before.certificate()});
  ASSERT_TRUE(old.shake_hands());
  ASSERT_TRUE(old.send(login));
  ASSERT_EQ(old.read(kGt06Reply).size(), kGt06Reply);

  Authority after(folder.path(), "after");
  const CertificateFiles renewed = after.issue("gateway");
  std::filesystem::rename(renewed.key, files.key);
  std::filesystem::rename(renewed.certificate, files.certificate);
  gateway.process().send(SIGHUP);
  EXPECT_TRUE(eventually([&] {
    TlsWire wire(Wire(port), {.authority = after.certificate()});
    return wire.shake_hands();
  })) << "the certificate was not read again";
  EXPECT_FALSE(TlsWire(Wire(port), {.authority = before.certificate()}).shake_hands());
  Bytes data;
  device->encode_data({record_at(1)}, data);
  ASSERT_TRUE(old.send(data));
  EXPECT_EQ(old.read(kGt06Reply).size(), kGt06Reply) << "a connection that stood was dropped";

  // Files that are no certificate change nothing.
  std::ofstream(files.certificate) << "nothing";
  gateway.process().send(SIGHUP);
  EXPECT_TRUE(eventually([&] { return gateway.log().find(files.certificate) != std::string::npos; }))
      << "nobody is told what is wrong";
  EXPECT_TRUE(TlsWire(Wire(port), {.authority = after.certificate()}).shake_hands());
}

}  // namespace
}  // namespace rastro::test
