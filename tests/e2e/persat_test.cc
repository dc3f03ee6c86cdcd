// In step with Persat through the whole gateway: its clients, its webhook, which tracker is which device, and
// the shell's side of it.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iostream>

#include "tests/support/free_port.h"
#include "tests/support/sandbox_process.h"
#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

namespace json = boost::json;

constexpr Listener kTeltonika{"teltonika", Transport::kTcp};
constexpr const char* kImei = "352093086403655";
constexpr const char* kKey = "a-key-for-tests";
constexpr const char* kToken = "a-long-random-text";
constexpr double kHome = -34.6;
constexpr double kWork = -34.63;  // 3.3 km to the south
constexpr std::size_t kMebibyte = 1U << 20;

// The gateway knows where the sandbox will be, and the sandbox where the gateway's webhook is.
class PersatInStep : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(gateway_.start()) << gateway_.log();
    authorization_ = "Bearer " + first_line(gateway_.command({"apikey", "create", "test"}).out);
    ASSERT_TRUE(
        eventually([&] { return gateway_.http_get("/api/v1/persat", authorization_).status == 200; }));
    ASSERT_TRUE(becomes("SELECT count(*) FROM rastro.client WHERE uid_client LIKE 'CL-%'", "3"));
  }
  void TearDown() override {
    EXPECT_EQ(gateway_.log().find(kKey), std::string::npos);
    EXPECT_EQ(gateway_.log().find(kToken), std::string::npos);
  }

  static std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }
  std::string yaml() const {
    return "persat: {url: '" + address_ + "/v1', requests_per_second: 1000, device_table: '" + table() +
           "'}\nforward: {enabled: true, path: /positions, requests_per_second: 1000}\n";
  }
  std::string table() const { return folder_.path() + "/devices.csv"; }
  bool write_table(const std::string& text) const {
    std::ofstream file(table());
    file << text;
    return file.good();
  }
  void read_again() const {
    EXPECT_EQ(gateway_.http_post("/api/v1/persat/sync", "{}", authorization_).status, 200);
  }
  bool becomes(const std::string& sql, const std::string& value) const {
    return eventually([&] { return gateway_.query(sql) == value; });
  }
  int hook(const std::string& body, const std::string& token = kToken) const {
    return gateway_.http_post("/hooks/persat/" + token, body, "").status;
  }
  double state(const std::string& what) const {
    return gateway_.metric("rastro_persat_catalogue", {"what=\"" + what + "\""});
  }
  std::string matches() const {
    return gateway_.query("SELECT concat_ws(' ', persat_device_id, persat_match) FROM rastro.device");
  }
  ProgramResult persat(std::vector<std::string> words) const {
    words.insert(words.begin(), "persat");
    return gateway_.command(std::move(words));
  }
  void stand(Tracker& tracker, int from, double latitude_deg) {
    for (int minute = from; minute < from + 10; ++minute) {
      DeviceRecord record = record_at(minute * 60);
      record.latitude_deg = latitude_deg;
      record.speed_kmh = 0;
      ASSERT_TRUE(tracker.report({record}));
    }
  }

  TemporaryFolder folder_;
  const bool table_written_ = write_table("# nobody yet\n");
  const std::string address_ = "http://127.0.0.1:" + std::to_string(free_port());
  GatewayProcess gateway_{{.yaml = yaml(),
                           .environment = {"RASTRO_PERSAT_API_KEY=" + std::string(kKey),
                                           "RASTRO_PERSAT_WEBHOOK_TOKEN=" + std::string(kToken)}}};
  SandboxProcess sandbox_{
      RASTRO_PERSAT_SANDBOX,
      kKey,
      {"--clients", "3", "--devices", "3", "--work-orders", "3", "--bind",
       address_.substr(std::string("http://").size()), "--webhook-url",
       "http://127.0.0.1:" + std::to_string(gateway_.http_port()) + "/hooks/persat/" + kToken}};
  std::string authorization_;
};

TEST_F(PersatInStep, AClientThatMovesThereIsVisitedAtItsNewPlace) {
  Tracker tracker(gateway_, kTeltonika, kImei);
  ASSERT_TRUE(tracker.log_in());
  stand(tracker, 600, kHome);
  stand(tracker, 620, kWork);
  stand(tracker, 640, kHome);
  ASSERT_TRUE(becomes("SELECT count(*) FROM rastro.stop", "3"));
  EXPECT_EQ(gateway_.query("SELECT count(*) FROM rastro.visit"), "0");
  const auto began = std::chrono::steady_clock::now();
  sandbox_.post("/sandbox/clients/CL-2",
                json::serialize(json::object{{"latitude", kWork}, {"longitude", -58.4}}));
  EXPECT_TRUE(
      becomes("SELECT round(ST_Y(a.position)::numeric, 2) FROM rastro.client_applied AS a "
              "JOIN rastro.client ON id = client_id WHERE uid_client = 'CL-2'",
              "-34.63"));
  std::cout << "from the change at Persat to the visit engine: "
            << std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() << " s\n";
  EXPECT_TRUE(
      becomes("SELECT string_agg(uid_client, ' ') FROM rastro.visit "
              "JOIN rastro.client ON client.id = client_id",
              "CL-2"));
  sandbox_.post("/sandbox/clients/CL-2", R"({"gone": true})");
  EXPECT_TRUE(becomes("SELECT count(*) FROM rastro.client WHERE uid_client = 'CL-2'", "0"));
  sandbox_.post("/sandbox/clients/CL-9", R"({"latitude": -34.5, "longitude": -58.5})");
  EXPECT_TRUE(becomes("SELECT company_name FROM rastro.client WHERE uid_client = 'CL-9'", "Cliente CL-9"));
  const auto taken = [&] { return sandbox_.summary().at("webhooks").at("taken").to_number<int>() == 3; };
  EXPECT_TRUE(eventually(taken)) << json::serialize(sandbox_.summary());
}

TEST_F(PersatInStep, AnOrderThatIsClosedThereIsClosedHere) {
  const std::string closed = sandbox_.post("/sandbox/work-orders/1001/close", "{}");
  EXPECT_EQ(json::parse(closed).at("data").at("wo_id").as_string(), "1001");
  EXPECT_TRUE(becomes("SELECT state FROM rastro.work_order WHERE wo_id = '1001'", "CERRADA_OK"));
  EXPECT_TRUE(becomes("SELECT string_agg(concat_ws(' ', event_type, state), ', ') FROM rastro.persat_event",
                      "workorder.closed applied"));
}

TEST_F(PersatInStep, TheWebhookKnowsItsTokenItsLimitAndWhatItHasSeen) {
  const std::string event = R"({"eventType": "client.updated", "payload": {"uid_client": "CL-1"}})";
  const auto outcome = [&](const std::string& name) {
    return gateway_.metric("rastro_persat_webhooks_total", {"outcome=\"" + name + "\""});
  };
  EXPECT_EQ(hook(event, "another"), 404);
  EXPECT_EQ(outcome("wrong_token"), 1);
  const HttpAnswer refused = gateway_.http_post(
      std::string("/hooks/persat/") + kToken, R"({"eventType": ")" + std::string(kMebibyte, 'x') + "\"}", "");
  EXPECT_EQ(refused.status, 413);
  EXPECT_NE(refused.body.find("PAYLOAD_TOO_LARGE"), std::string::npos) << refused.body;
  EXPECT_EQ(gateway_.metric("rastro_http_requests_total", {"route=\"/hooks/persat/{token}\"", "413"}), 1);
  EXPECT_EQ(hook(event), 200);
  EXPECT_EQ(hook(event), 200) << "the same once more";
  EXPECT_EQ(hook(R"({"eventType": "form.created", "payload": {}})"), 200);
  EXPECT_EQ(outcome("stored"), 2);
  EXPECT_EQ(outcome("duplicate"), 1);
  EXPECT_TRUE(
      becomes("SELECT string_agg(concat_ws(' ', event_type, state), ', ' ORDER BY id) "
              "FROM rastro.persat_event",
              "client.updated applied, form.created unknown"));
  const ProgramResult listed = persat({"events", "--state", "unknown"});
  EXPECT_NE(listed.out.find("form.created"), std::string::npos) << listed.out << listed.err;
  EXPECT_EQ(listed.out.find("client.updated"), std::string::npos);
}

TEST_F(PersatInStep, ASerialNumberOfTwoOfPersatsDevicesMatchesNeitherAndNothingIsForwarded) {
  ASSERT_EQ(gateway_.command({"device", "add", kImei}).exit_code, 0);
  const std::string same = json::serialize(json::object{{"serial_number", kImei}});
  for (const char* id : {"1", "2"}) sandbox_.post("/sandbox/devices/" + std::string(id), same);
  read_again();
  EXPECT_TRUE(eventually([&] { return state("devices_ambiguous") == 2; }));
  EXPECT_EQ(matches(), "");
  ProgramResult said = persat({"devices"});
  EXPECT_NE(said.out.find("two of Persat's devices have this serial number"), std::string::npos) << said.out;

  Tracker tracker(gateway_, kTeltonika, kImei);
  ASSERT_TRUE(tracker.log_in());
  int second = 0;
  // What the forwarder knows of a device follows the database soon, not at once.
  const auto report_until = [&](const std::string& metric, const std::vector<std::string>& labels) {
    return eventually([&] { return tracker.report(second++) && gateway_.metric(metric, labels) > 0; });
  };
  EXPECT_TRUE(report_until("rastro_forward_skipped_total", {"reason=\"ambiguous_device\""}));
  EXPECT_EQ(gateway_.metric("rastro_forward_delivered_total"), 0);
  EXPECT_EQ(persat({"match", kImei, "second"}).exit_code, 2);
  EXPECT_EQ(persat({"match", "1", "2"}).exit_code, 1) << "no such tracker";
  said = persat({"match", kImei, "2", "--json"});
  EXPECT_EQ(said.out, "{\"imei\":\"" + std::string(kImei) + "\"}\n") << said.err;
  EXPECT_EQ(matches(), "2 hand");
  EXPECT_TRUE(report_until("rastro_forward_delivered_total", {}));
  ASSERT_EQ(persat({"unmatch", kImei}).exit_code, 0);
  EXPECT_EQ(matches(), "");
  EXPECT_EQ(gateway_.query("SELECT count(*) FROM rastro.audit WHERE action = 'persat-match' "
                           "AND actor LIKE 'shell%'"),
            "2");
}

TEST_F(PersatInStep, ATableOfDevicesWithAMistakeIsNotUsedAndItsLineIsNamed) {
  ASSERT_EQ(gateway_.command({"device", "add", kImei}).exit_code, 0);
  ASSERT_TRUE(write_table("imei,persat_device_id\n# Rosario\n" + std::string(kImei) + ";3\n"));
  read_again();
  EXPECT_TRUE(eventually(
      [&] { return gateway_.metric("rastro_persat_pull_failures_total", {"kind=\"device_table\""}) > 0; }));
  EXPECT_TRUE(eventually([&] { return gateway_.log().find("line 3: no comma") != std::string::npos; }));
  EXPECT_NE(persat({"devices"}).err.find("line 3: no comma"), std::string::npos);
  EXPECT_EQ(matches(), "");

  ASSERT_TRUE(write_table(std::string(kImei) + ",3\n4711,2\n"));
  read_again();
  EXPECT_TRUE(eventually([&] { return matches() == "3 table"; }));
  EXPECT_TRUE(eventually([&] { return state("table_rows_that_match_nothing") == 1; }));
  gateway_.query("UPDATE rastro.device SET first_name = 'Nuestro'");
  const ProgramResult said = persat({"devices"});
  EXPECT_NE(said.err.find("4711,2 matches nothing (no_tracker)"), std::string::npos) << said.err;
  EXPECT_NE(said.out.find("first_name is Nuestro here, Sandbox at Persat"), std::string::npos) << said.out;
}

TEST_F(PersatInStep, IsLookedAtAndDecidedFromTheShell) {
  gateway_.query("UPDATE rastro.client SET company_name = 'Nuestro' WHERE uid_client = 'CL-1'");
  sandbox_.post("/sandbox/clients/CL-1", R"({"company_name": "Otro"})");
  sandbox_.post("/sandbox/clients/CL-3", R"({"latitude": null, "longitude": null})");
  EXPECT_TRUE(eventually([&] {
    return persat({"conflicts", "--kind", "conflict"}).out ==
           "CL-1  conflict  company_name  \"Nuestro\"  \"Otro\"\n";
  }));
  EXPECT_TRUE(eventually(
      [&] { return persat({"clients"}).out.find("CL-3  Cliente 3  no_position") != std::string::npos; }));
  const ProgramResult status = persat({"status", "--json"});
  EXPECT_EQ(json::parse(status.out).at("clients").at("conflicts").to_number<int>(), 1) << status.out;
  EXPECT_EQ(persat({"resolve", "CL-1"}).exit_code, 2) << "without saying whose";
  EXPECT_EQ(persat({"resolve", "CL-8", "--take", "persat"}).exit_code, 1) << "no such client";
  EXPECT_EQ(persat({"resolve", "CL-1", "--take", "persat"}).exit_code, 0);
  EXPECT_EQ(gateway_.query("SELECT company_name FROM rastro.client WHERE uid_client = 'CL-1'"), "Otro");
  EXPECT_EQ(gateway_.query("SELECT count(*) FROM rastro.audit WHERE action = 'persat-client-resolve' "
                           "AND actor LIKE 'shell%'"),
            "1");
  const ProgramResult synced = persat({"sync"});
  EXPECT_EQ(synced.out, "3 clients read: 0 added, 0 changed, 0 removed; 0 devices changed\n");
  EXPECT_EQ(synced.err, "") << "no progress where nobody looks";
}

TEST(PersatInStepWithoutAnAccount, TakesNoEventInAndSaysSo) {
  GatewayProcess gateway({.yaml = "", .environment = {"RASTRO_PERSAT_WEBHOOK_TOKEN=" + std::string(kToken)}});
  ASSERT_TRUE(gateway.start()) << gateway.log();
  EXPECT_EQ(gateway
                .http_post(std::string("/hooks/persat/") + kToken,
                           R"({"eventType": "client.updated", "payload": {"uid_client": "CL-1"}})", "")
                .status,
            404);
  EXPECT_NE(gateway.log().find("persat.webhook_token without persat.api_key"), std::string::npos);
  EXPECT_EQ(gateway.log().find(kToken), std::string::npos);
  const ProgramResult synced = gateway.command({"persat", "sync"});
  EXPECT_EQ(synced.exit_code, 1);
  EXPECT_EQ(synced.err, "rastro: persat.api_key is not set\n");
}

}  // namespace
}  // namespace rastro::test
