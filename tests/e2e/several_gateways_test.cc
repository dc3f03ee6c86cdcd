// Several gateways on the same ports, each with a journal of its own, and one database: what each was told is
// there once, and trips are those that one gateway would have made.
#include <gtest/gtest.h>

#include <map>

#include "pipeline/postgis/connection.h"
#include "tests/support/free_port.h"
#include "tests/support/test_database.h"
#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr Listener kGt06{"gt06", Transport::kTcp};
constexpr Listener kTeltonika{"teltonika", Transport::kTcp};

class SeveralGateways : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(first_.start()) << first_.log();
    ASSERT_TRUE(second_.start()) << second_.log();
    EXPECT_TRUE(eventually([&] { return first_.ready() && second_.ready(); }));
  }

  std::string database() const { return "RASTRO_DATABASE_URL=" + database_.url(); }
  std::string listener(const char* protocol, const char* transport, std::uint16_t port) const {
    return std::string("{protocol: ") + protocol + ", transport: " + transport +
           ", bind: \"127.0.0.1:" + std::to_string(port) + "\"}";
  }
  std::int64_t count(const std::string& sql) const { return std::stoll(database_.value(sql)); }
  void wait_for_tracking() const {
    EXPECT_TRUE(eventually([&] {
      return count(
                 "SELECT count(*) FROM rastro.consumer_cursor AS stored JOIN rastro.consumer_cursor AS "
                 "tracked "
                 "USING (gateway) WHERE stored.name = 'postgis' AND tracked.name = 'tracking' AND "
                 "stored.position <> tracked.position") == 0 &&
             count(
                 "SELECT (SELECT count(*) FROM rastro.tracking_due) + (SELECT count(*) FROM "
                 "rastro.visit_due)") == 0;
    }));
  }

  const TestDatabase database_;
  GatewayProcess first_{{.yaml = "", .environment = {database()}}};
  // Shares the first one's ports, and has one of its own.
  const std::uint16_t second_own_ = free_port();
  GatewayProcess second_{
      {.yaml = "",
       .environment = {database(), "RASTRO_LISTENERS=[" + listener("gt06", "tcp", first_.gt06_port()) + ", " +
                                       listener("teltonika", "udp", first_.udp_port()) + ", " +
                                       listener("teltonika", "tcp", first_.teltonika_port()) + ", " +
                                       listener("gt06", "tcp", second_own_) + "]"}}};
};

TEST_F(SeveralGateways, UnderLoadOneOfThemIsKilledAndNothingIsLostOrDoubled) {
  std::vector<std::unique_ptr<SimulationRun>> runs;
  const auto load = [&](Listener listener, const char* interval_ms, const char* records, const char* seed) {
    runs.push_back(std::make_unique<SimulationRun>(
        first_, listener,
        std::vector<std::string>{"--devices", "20", "--duration", "10", "--interval-ms", interval_ms,
                                 "--records-per-packet", records, "--duplicate-percent", "5", "--seed",
                                 seed}));
  };
  load(kGt06, "20", "1", "1");
  load(kTeltonika, "50", "20", "2");
  load({"teltonika", Transport::kUdp}, "50", "4", "3");
  for (int kill = 0; kill < 3; ++kill) {
    EXPECT_TRUE(eventually([&] { return second_.metric("rastro_records_received_total") > 200; }));
    EXPECT_GT(first_.metric("rastro_records_received_total"), 0);
    second_.kill();
    ASSERT_TRUE(second_.start()) << second_.log();
  }
  std::map<std::string, int> missing;
  for (const auto& run : runs) {
    ASSERT_FALSE(run->finish().empty());
    for (const LedgerLine& line : run->ledger()) missing[line.imei + " " + std::to_string(line.time_ms)] = 0;
  }
  EXPECT_GT(missing.size(), 1000U);
  EXPECT_EQ(open_books(first_), std::vector<std::string>{});
  EXPECT_EQ(open_books(second_), std::vector<std::string>{});
  auto connection = postgis::Connection::open(database_.url());
  ASSERT_TRUE(connection);
  const auto rows = connection->run(
      "SELECT imei || ' ' || (extract(epoch FROM fix_time) * 1000)::bigint FROM rastro.fix JOIN "
      "rastro.device ON "
      "device.id = device_id");
  ASSERT_TRUE(rows);
  for (int row = 0; row < rows->size(); ++row) missing.erase(std::string(rows->text(row, 0)));
  EXPECT_EQ(missing.size(), 0U) << missing.begin()->first;
  EXPECT_EQ(
      count("SELECT count(*) FROM (SELECT FROM rastro.fix GROUP BY device_id, fix_time HAVING count(*) > 1) "
            "AS twice"),
      0);
  EXPECT_EQ(count("SELECT count(*) FROM rastro.dead_letter"), 0);
  EXPECT_EQ(count("SELECT count(DISTINCT gateway) FROM rastro.consumer_cursor"), 2);
  wait_for_tracking();
  const ProgramResult differs = first_.command({"recompute", "--dry-run"});
  EXPECT_EQ(differs.exit_code, 0) << differs.err;
  EXPECT_TRUE(differs.out.starts_with("0 of ")) << differs.out;
}

TEST_F(SeveralGateways, ADeviceThatChangesOverIsOneDeviceWithOneHistory) {
  const std::string imei = "860000000000011";
  Wire at_second(second_own_);
  Tracker at_first(first_, kGt06, imei);
  ASSERT_TRUE(at_first.log_in());
  EXPECT_TRUE(at_first.report(1));
  Bytes bytes;
  at_first.side().encode_login(bytes);
  at_second.send(bytes);
  EXPECT_EQ(at_second.read(10).size(), 10U);
  bytes.clear();
  at_first.side().encode_data({record_at(2)}, bytes);
  at_second.send(bytes);
  EXPECT_EQ(at_second.read(10).size(), 10U);
  EXPECT_TRUE(eventually([&] { return count("SELECT count(*) FROM rastro.fix") == 2; }));
  EXPECT_EQ(count("SELECT count(*) FROM rastro.device"), 1);
  // Each tells where it is by what the other heard.
  const std::string created = first_.command({"apikey", "create", "reader"}).out;
  const std::string key = created.substr(0, created.find('\n'));
  const std::string newest = database_.value(
      "SELECT to_char(fix_time AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS') FROM rastro.device_last_fix");
  for (const GatewayProcess* gateway : {&first_, &second_}) {
    std::string body;
    EXPECT_TRUE(eventually([&] {
      body = gateway->http_get("/v1/devices-lasttrackingpoint/1", "Bearer " + key).body;
      return body.find(newest) != std::string::npos;
    })) << newest
        << " " << body;
  }
}

}  // namespace
}  // namespace rastro::test
