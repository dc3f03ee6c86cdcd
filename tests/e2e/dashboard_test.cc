// A program that was written for Persat's API reads from the real gateway after a change of its base URL: it
// lists the devices, asks for each one's visits of a day, adds up whole minutes for each client, and shows
// times of Buenos Aires.
#include <gtest/gtest.h>

#include <fstream>
#include <list>
#include <map>
#include <regex>

#include "schema/json.h"
#include "tests/support/gateway_process.h"

namespace rastro::test {
namespace {

constexpr std::int64_t kBuenosAiresMs = -3LL * 3600 * 1000;

struct ClientTime {
  std::int64_t minutes = 0;
  int visits = 0;
  std::string first_arrival = {};  // "10:40", local

  friend bool operator==(const ClientTime&, const ClientTime&) = default;
};

// What such a program has: an address, a key, and regular expressions in the place of a JSON library.
class Dashboard {
 public:
  Dashboard(const GatewayProcess& gateway, std::string bearer)
      : gateway_(gateway), bearer_(std::move(bearer)) {}

  std::vector<std::string> device_ids() const {
    std::vector<std::string> ids;
    for (const std::smatch& match : matches(get("/v1/devices"), R"re(\{"id":(\d+),"type":"VEHICLE")re"))
      ids.push_back(match[1]);
    return ids;
  }

  std::map<std::string, ClientTime> day(const std::string& date, const std::string& device_id) const {
    std::map<std::string, ClientTime> clients;
    const std::string body = get("/v1/devices-visits/" + date + "/" + device_id);
    for (
        const std::smatch& match : matches(
            body,
            R"re("date":"([^"]+)","duration":(\d+),"client":\{"uid_client":"([^"]+)","company_name":"([^"]+)"\})re")) {
      std::string local;
      append_iso8601(parse_iso8601(match[1].str()).value() + kBuenosAiresMs, local);
      if (local.substr(0, 10) != date) continue;
      ClientTime& client = clients[match[4]];
      client.minutes += std::stoll(match[2]) / 60000;
      ++client.visits;
      const std::string clock = local.substr(11, 5);
      if (client.first_arrival.empty() || clock < client.first_arrival) client.first_arrival = clock;
    }
    return clients;
  }

 private:
  std::string get(const std::string& path) const {
    const HttpAnswer answer = gateway_.http_get(path, bearer_);
    EXPECT_EQ(answer.status, 200) << path << ": " << answer.body;
    EXPECT_EQ(answer.body.substr(0, 23), R"({"success":true,"data":)");
    return answer.body;
  }

  std::vector<std::smatch> matches(const std::string& text, const std::string& pattern) const {
    kept_.push_back(text);  // what the matches point into
    const std::regex regex(pattern);
    return {std::sregex_iterator(kept_.back().begin(), kept_.back().end(), regex), std::sregex_iterator()};
  }

  const GatewayProcess& gateway_;
  const std::string bearer_;
  mutable std::list<std::string> kept_;
};

TEST(DashboardOfPersat, ShowsWhereTheVehiclesWereAndForHowLong) {
  GatewayProcess gateway;
  ASSERT_TRUE(gateway.start()) << gateway.log();
  for (const char* imei : {"860000000000011", "860000000000029"}) {
    ASSERT_EQ(gateway.command({"device", "add", imei}).exit_code, 0);
  }
  const std::string file = gateway.data_dir() + "/clients.csv";
  const auto import = [&](const std::string& rows) {
    std::ofstream(file) << "uid_client;company_name;latitude;longitude;radius_m\n" << rows;
    return gateway.command({"client", "import", file});
  };
  const std::string rows = "CL-7;Almacén Sur;-34,6;-58,4;80\nCL-2;Taller Norte;-34,6;-58,41;\n";
  EXPECT_EQ(import(rows).out, "2 added, 0 changed, 0 unchanged\n");
  EXPECT_EQ(import(rows).out, "0 added, 0 changed, 2 unchanged\n");
  const ProgramResult refused = import(rows + "CL-3;Nowhere;0;0;80\n");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.err.find("clients.csv:4: a client needs a place"), std::string::npos) << refused.err;
  EXPECT_NE(gateway.command({"client", "change", "--uid", "CL-2", "--radius", "6000"}).err.find("warning"),
            std::string::npos);
  EXPECT_NE(gateway.command({"client", "show", "--uid", "CL-2"}).out.find("\"radius_m\":6000"),
            std::string::npos);
  EXPECT_EQ(gateway.command({"client", "show"}).exit_code, 2);

  const auto visit = [&](int device, const std::string& client, const std::string& arrived,
                         const std::string& left) {
    gateway.query(
        "INSERT INTO rastro.visit (device_id, client_id, arrived_at, left_at, confidence, distance_m, "
        "spread_m, "
        "stops, fixes, parameters_id, ambiguous, position) SELECT " +
        std::to_string(device) + ", id, '" + arrived + "', " + left +
        ", 1, 0, 5, 1, 12, 1, false, position FROM rastro.client WHERE company_name = '" + client + "'");
  };
  visit(1, "Almacén Sur", "2026-03-04 13:40Z", "'2026-03-04 14:01:30Z'");
  visit(1, "Taller Norte", "2026-03-04 15:00Z", "'2026-03-04 15:09Z'");
  visit(1, "Almacén Sur", "2026-03-05 02:50Z", "'2026-03-05 03:20Z'");  // 23:50 local, over midnight
  visit(1, "Almacén Sur", "2026-03-05 03:00Z", "'2026-03-05 03:20Z'");  // the next day
  visit(1, "Almacén Sur", "2026-03-04 18:00Z", "null");                 // lasts
  visit(2, "Taller Norte", "2026-03-04 11:00Z", "'2026-03-04 12:00Z'");

  const std::string key = gateway.command({"apikey", "create", "dashboard"}).out;
  const std::string bearer = "Bearer " + key.substr(0, key.find('\n'));
  ASSERT_TRUE(eventually([&] { return gateway.http_get("/v1/devices", bearer).status == 200; }));
  const Dashboard dashboard(gateway, bearer);
  ASSERT_TRUE(eventually([&] { return dashboard.device_ids().size() == 2; }));
  const std::vector<std::string> ids = dashboard.device_ids();
  EXPECT_EQ(dashboard.day("2026-03-04", ids[0]),
            (std::map<std::string, ClientTime>{{"Almacén Sur", {21 + 30, 2, "10:40"}},
                                               {"Taller Norte", {9, 1, "12:00"}}}));
  EXPECT_EQ(dashboard.day("2026-03-04", ids[1]),
            (std::map<std::string, ClientTime>{{"Taller Norte", {60, 1, "08:00"}}}));
  EXPECT_TRUE(dashboard.day("2026-03-03", ids[0]).empty());
}

}  // namespace
}  // namespace rastro::test
