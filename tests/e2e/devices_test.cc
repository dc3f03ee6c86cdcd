// Who may speak: unknown, disabled and twice connected devices over both kinds of transport, and the keys of
// the API.
#include <gtest/gtest.h>

#include <regex>

#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr Listener kGt06{"gt06", Transport::kTcp};
constexpr Listener kTeltonika{"teltonika", Transport::kTcp};
constexpr Listener kTeltonikaUdp{"teltonika", Transport::kUdp};

std::string rows_of(const std::string& imei) {
  return "SELECT count(*) FROM rastro.fix f JOIN rastro.device d ON d.id = f.device_id WHERE imei = '" +
         imei + "'";
}

std::string status_of(const std::string& imei) {
  return "SELECT status FROM rastro.device WHERE imei = '" + imei + "'";
}

// A failure as Persat words it.
std::string envelope(int status, const std::string& type, const std::string& message) {
  return R"({"success":false,"error":{"status":)" + std::to_string(status) + R"(,"type":")" + type +
         R"(","userMessage":")" + message + "\"}}";
}

class Devices : public ::testing::Test {
 protected:
  void start(const std::string& unknown_devices) {
    gateway_ =
        std::make_unique<GatewayProcess>(GatewayOptions{.unknown_devices = unknown_devices, .yaml = ""});
    ASSERT_TRUE(gateway_->start()) << gateway_->log();
  }
  void TearDown() override { EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{}); }
  double closed(const std::string& reason) const {
    return gateway_->metric("rastro_connections_closed_total", {"reason=\"" + reason + "\""});
  }
  double refused() const {
    return gateway_->metric("rastro_records_refused_total", {"reason=\"rejected_device\""});
  }
  // Not welcome: the connection is closed, and counted, when this returns.
  bool is_welcome(Listener listener, const std::string& imei) const {
    Tracker tracker(*gateway_, listener, imei);
    if (tracker.log_in()) return true;
    EXPECT_TRUE(tracker.wire().closed());
    return false;
  }

  // Not welcome over any transport: what each protocol says to that.
  void expect_refused(const std::string& imei) {
    const double before = closed("rejected_device");
    Tracker teltonika(*gateway_, kTeltonika, imei);
    Bytes hello;
    teltonika.side().encode_login(hello);
    teltonika.wire().send(hello);
    EXPECT_EQ(to_hex(teltonika.wire().read(1)), "00");
    EXPECT_TRUE(teltonika.wire().closed());
    Tracker gt06(*gateway_, kGt06, imei);
    Bytes login;
    gt06.side().encode_login(login);
    gt06.wire().send(login);
    EXPECT_TRUE(gt06.wire().closed()) << "a GT06 device was answered";
    EXPECT_EQ(closed("rejected_device") - before, 2);

    const double refused_before = refused();
    Tracker udp(*gateway_, kTeltonikaUdp, imei);
    udp.send({record_at(1), record_at(2)});
    EXPECT_TRUE(eventually([&] { return refused() == refused_before + 2; }));
  }

  std::unique_ptr<GatewayProcess> gateway_;
};

TEST_F(Devices, AnUnknownOneIsActiveWhereTheyAreAccepted) {
  start("accept");
  Tracker tracker(*gateway_, kGt06, "860000000000011");
  ASSERT_TRUE(tracker.log_in());
  EXPECT_TRUE(tracker.report(1));
  EXPECT_TRUE(eventually([&] { return gateway_->query(status_of("860000000000011")) == "active"; }));

  // A second vehicle behind the same GT06 line: from its login on the records are its own.
  Tracker other(*gateway_, kGt06, "860000000000029");
  Bytes bytes;
  other.side().encode_login(bytes);
  other.side().encode_data({record_at(1), record_at(2)}, bytes);
  tracker.wire().send(bytes);
  EXPECT_EQ(tracker.wire().read(30).size(), 30U);
  EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
  EXPECT_EQ(gateway_->count(rows_of("860000000000011")), 1);
  EXPECT_EQ(gateway_->count(rows_of("860000000000029")), 2);
}

TEST_F(Devices, TheNewestConnectionOfAnIdentityWins) {
  start("accept");
  for (const Listener listener : {kGt06, kTeltonika}) {
    const std::string imei = listener.protocol == "gt06" ? "860000000000037" : "860000000000045";
    const double received = gateway_->metric("rastro_records_received_total");
    const double superseded = closed("newer_connection");
    Tracker old(*gateway_, listener, imei);
    ASSERT_TRUE(old.log_in());
    old.send({record_at(1)});
    EXPECT_TRUE(
        eventually([&] { return gateway_->metric("rastro_records_received_total") == received + 2; }));
    Tracker now(*gateway_, listener, imei);
    ASSERT_TRUE(now.log_in());
    EXPECT_TRUE(old.acknowledged(1)) << "what the old connection had sent was not answered";
    EXPECT_TRUE(old.wire().closed());
    EXPECT_TRUE(now.report(2));
    EXPECT_EQ(closed("newer_connection") - superseded, 1);
    EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
    EXPECT_EQ(gateway_->count(rows_of(imei)), 2);
  }
}

TEST_F(Devices, AnUnknownOneIsStoredAndPendingInQuarantine) {
  start("quarantine");
  for (const Listener listener : {kGt06, kTeltonika, kTeltonikaUdp}) {
    const std::string imei =
        "86000000000005" +
        std::to_string(listener.protocol.size() + (listener.transport == Transport::kUdp ? 1 : 0) - 4);
    Tracker tracker(*gateway_, listener, imei);
    ASSERT_TRUE(tracker.log_in());
    EXPECT_TRUE(tracker.report(1));
    EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
    EXPECT_EQ(gateway_->count(rows_of(imei)), 1);
    EXPECT_EQ(gateway_->query(status_of(imei)), "pending");
  }
  EXPECT_TRUE(eventually([&] { return gateway_->metric("rastro_devices", {"status=\"pending\""}) == 3; }));
}

TEST_F(Devices, AnUnknownOneIsRefusedUntilItIsAdded) {
  start("reject");
  const std::string imei = "860000000000060";
  expect_refused(imei);
  ASSERT_EQ(gateway_->command({"device", "add", imei, "--name", "Camión 7"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return is_welcome(kTeltonika, imei); }));
  EXPECT_TRUE(is_welcome(kGt06, imei));
  EXPECT_TRUE(Tracker(*gateway_, kTeltonikaUdp, imei).report(1));
  EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
  EXPECT_EQ(gateway_->count(rows_of(imei)), 1);

  ASSERT_EQ(gateway_->command({"device", "disable", imei}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return !is_welcome(kTeltonika, imei); }));
  expect_refused(imei);
  EXPECT_NE(gateway_->command({"device", "disable", "123"}).exit_code, 0);
}

TEST_F(Devices, TheApiAsksForAKeyAndSpeaksPersatsTexts) {
  start("accept");
  Tracker tracker(*gateway_, kTeltonika, "860000000000078");
  ASSERT_TRUE(tracker.log_in());
  EXPECT_TRUE(tracker.report(1));
  const auto unauthorized = envelope(401, "UNAUTHORIZED", "La API key no es válida");
  EXPECT_EQ(gateway_->http_get("/v1/devices").body, unauthorized);
  EXPECT_EQ(gateway_->http_get("/v1/devices", "Bearer rastro_nonsense").status, 401);

  const ProgramResult created = gateway_->command({"apikey", "create", "test", "--json"});
  ASSERT_EQ(created.exit_code, 0) << created.err;
  std::smatch found;
  ASSERT_TRUE(
      std::regex_search(created.out, found, std::regex(R"re("id":(\d+),"key":"(rastro_[0-9a-f]{64})")re")));
  const std::string id = found[1];
  const std::string key = found[2];
  const std::string bearer = "Bearer " + key;
  EXPECT_TRUE(eventually([&] { return gateway_->http_get("/v1/devices", bearer).status == 200; }));
  EXPECT_TRUE(eventually([&] {
    return gateway_->http_get("/v1/devices", bearer).body.find("860000000000078") != std::string::npos;
  }));
  EXPECT_EQ(gateway_->http_get("/v1/devices/999999", bearer).body,
            envelope(404, "NOT_FOUND", "No existe un device con este id"));
  EXPECT_EQ(gateway_->http_get("/v1/devices/abc", bearer).body,
            envelope(400, "BAD_REQUEST", "'device_id' debe ser un número entero"));
  const std::string device = gateway_->query("SELECT id FROM rastro.device WHERE imei = '860000000000078'");
  EXPECT_NE(gateway_->http_get("/v1/devices-lasttrackingpoint/" + device, bearer).body.find("-34.60001"),
            std::string::npos);

  EXPECT_EQ(gateway_->command({"apikey", "revoke", id}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return gateway_->http_get("/v1/devices", bearer).status == 401; }));
  EXPECT_EQ(gateway_->log().find(key), std::string::npos);
  EXPECT_EQ(gateway_->command({"apikey", "list"}).out.find(key), std::string::npos);
  EXPECT_EQ(gateway_->count(
                "SELECT count(*) FROM rastro.api_key WHERE encode(key_hash, 'escape') LIKE '%rastro_%'"),
            0);
}

}  // namespace
}  // namespace rastro::test
