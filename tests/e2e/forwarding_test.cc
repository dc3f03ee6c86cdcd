// Forwarding by the whole program, to the stand-in for Persat: what people do from the shell, and what a
// kill -9 costs.
#include <gtest/gtest.h>

#include <fstream>

#include "forwarder/forwarder.h"
#include "tests/support/sandbox_process.h"
#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr Listener kTeltonika{"teltonika", Transport::kTcp};
constexpr const char* kSinkKey = "a-key-for-tests";

GatewayOptions forwarding_to(const SandboxProcess& sandbox, const std::string& more) {
  return {.yaml = "forward:\n  enabled: true\n  base_url: " + sandbox.base_url() +
                  "\n  path: /positions\n  api_key: " + kSinkKey + "\n" + more};
}

std::string make_key(const GatewayProcess& gateway) {
  const std::string created = gateway.command({"apikey", "create", "test", "--role", "operator"}).out;
  return created.substr(0, created.find('\n'));
}

// Enters it, and waits until the running gateway knows it.
void add_device(const GatewayProcess& gateway, const std::string& key, const std::string& imei,
                int persat_id) {
  ASSERT_EQ(gateway.command({"device", "add", imei, "--persat-id", std::to_string(persat_id)}).exit_code, 0);
  ASSERT_TRUE(eventually(
      [&] { return gateway.http_get("/v1/devices", "Bearer " + key).body.find(imei) != std::string::npos; }));
}

class ForwardingShell : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(gateway_.start()) << gateway_.log();
    key_ = make_key(gateway_);
    std::ofstream(key_file_) << key_ << '\n';
    ASSERT_TRUE(eventually([&] { return forward({"status"}).exit_code == 0; })) << forward({"status"}).err;
  }
  ProgramResult forward(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "forward");
    arguments.insert(arguments.end(), {"--config", gateway_.config_file()});
    return run_rastro(arguments, {"RASTRO_API_KEY_FILE=" + key_file_});
  }
  // Of two positions of a device whose number is wrong at Persat, which are parked.
  void park_two(const std::string& imei) {
    add_device(gateway_, key_, imei, 404);
    Tracker tracker(gateway_, kTeltonika, imei);
    ASSERT_TRUE(tracker.log_in());
    ASSERT_TRUE(tracker.report({record_at(1), record_at(2)}));
    ASSERT_TRUE(eventually([&] { return gateway_.metric("rastro_forward_parked", {"persat"}) == 2; }))
        << forward({"status"}).out;
  }
  std::vector<std::string> parked_ids() const {
    std::vector<std::string> ids;
    const auto lines = boost::json::parse(forward({"parked", "--json"}).out);
    for (const auto& line : lines.as_array()) ids.emplace_back(line.at("id").as_string());
    return ids;
  }

  SandboxProcess sandbox_{RASTRO_PERSAT_SANDBOX, kSinkKey, {"--device-ids", "101"}};
  GatewayProcess gateway_{forwarding_to(sandbox_, "  requests_per_second: 1000\n")};
  TemporaryFolder folder_;
  const std::string key_file_ = folder_.path() + "/key";
  std::string key_;
};

TEST_F(ForwardingShell, ShowsWhatIsParkedAndSendsItAgainOnceTheDeviceIsRight) {
  park_two("860000000000011");
  const auto ids = parked_ids();
  ASSERT_EQ(ids.size(), 2u);
  EXPECT_NE(forward({"parked"}).out.find("not_found"), std::string::npos);
  EXPECT_NE(forward({"parked", "--limit", "1"}).out.find("and 1 more"), std::string::npos);
  EXPECT_EQ(forward({"parked", "--reason", "conflict", "--json"}).out, "[]\n");

  ASSERT_EQ(gateway_.command({"device", "set", "860000000000011", "--persat-id", "101"}).exit_code, 0);
  // Refused until the gateway has heard of the change.
  EXPECT_TRUE(eventually([&] { return forward({"resend", ids[0]}).exit_code == 0; }));
  EXPECT_TRUE(eventually([&] { return parked_ids() == std::vector<std::string>{ids[1]}; }));
  EXPECT_EQ(forward({"delete", ids[1]}).exit_code, 0);
  EXPECT_TRUE(parked_ids().empty());
  const ProgramResult gone = forward({"delete", ids[1]});
  EXPECT_EQ(gone.exit_code, 1);
  EXPECT_NE(gone.err.find("HTTP 404"), std::string::npos) << gone.err;
  // The forwarder tells of itself now and then.
  const auto told = [&](const char* name) {
    return boost::json::parse(forward({"status", "--json"}).out).at(name).to_number<int>();
  };
  EXPECT_TRUE(eventually([&] { return told("resent") == 1 && told("deleted") == 1; }));
  EXPECT_EQ(
      gateway_.count("SELECT count(DISTINCT action) FROM rastro.audit WHERE action LIKE 'forwarding-%'"), 2);
}

TEST_F(ForwardingShell, SaysWhyAPositionCannotBeSentAgain) {
  park_two("860000000000029");
  ASSERT_EQ(gateway_.command({"device", "disable", "860000000000029"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] {
    const ProgramResult refused = forward({"resend", parked_ids().at(0)});
    return refused.exit_code == 1 && refused.err.find("HTTP 409") != std::string::npos;
  }));
  const auto all = boost::json::parse(forward({"resend", "--reason", "not_found", "--json"}).out);
  EXPECT_EQ(all.at("queued").to_number<int>(), 0);
  EXPECT_EQ(all.at("hindered").to_number<int>(), 2);
  EXPECT_EQ(forward({"resend"}).exit_code, 2);
}

TEST_F(ForwardingShell, SaysThatNoGatewayAnswersAndThatAKeyIsMissing) {
  const ProgramResult keyless = gateway_.command({"forward", "status"});
  EXPECT_EQ(keyless.exit_code, 1);
  EXPECT_NE(keyless.err.find("RASTRO_API_KEY"), std::string::npos) << keyless.err;
  ASSERT_EQ(gateway_.stop(), 0);
  const ProgramResult alone = forward({"status"});
  EXPECT_EQ(alone.exit_code, 1);
  EXPECT_NE(alone.err.find("no gateway answers at http://127.0.0.1:"), std::string::npos) << alone.err;
  EXPECT_EQ(alone.err.find(key_), std::string::npos);
}

class ForwardingCrash : public ::testing::Test {
 protected:
  // What the books on disk say was delivered: what a gateway that starts now knows of.
  std::uint64_t saved_as_delivered() const {
    std::unique_ptr<journal::Folder> folder;
    forward::Books books;
    if (!journal::open_posix_folder(gateway_.data_dir() + "/forward", false, folder).ok()) return 0;
    EXPECT_TRUE(forward::LedgerFile(*folder).load(books).ok());
    return books.standing.totals.delivered;
  }
  std::uint64_t accepted() const { return sandbox_.summary().at("accepted").to_number<std::uint64_t>(); }

  SandboxProcess sandbox_{RASTRO_PERSAT_SANDBOX, kSinkKey};
  GatewayProcess gateway_{forwarding_to(sandbox_, "  requests_per_second: 400\n  concurrency: 4\n")};
};

// What comes twice is at most what the target had taken and the books on disk did not know yet; a request
// that was under way at a kill may be taken after it was looked.
TEST_F(ForwardingCrash, AKillInTheMiddleLosesNothingAndRepeatsAtMostWhatWasNotSaved) {
  const std::vector<std::string> load = {"--devices",     "8",  "--duration",           "2",
                                         "--interval-ms", "20", "--records-per-packet", "3"};
  ASSERT_TRUE(gateway_.start()) << gateway_.log();
  std::vector<std::string> list = {"simulate", "--protocol",  "teltonika",
                                   "--target", "127.0.0.1:1", "--list-devices"};
  list.insert(list.end(), load.begin(), load.end());
  std::istringstream imeis(run_rastro(list).out);
  const std::string key = make_key(gateway_);
  int persat_id = 100;
  for (std::string imei; std::getline(imeis, imei);) {
    add_device(gateway_, key, imei, ++persat_id);
  }
  ASSERT_EQ(persat_id, 108);
  SimulationRun run(gateway_, kTeltonika, load);
  const auto acknowledged = static_cast<std::uint64_t>(run.finish()["records_acked"]);
  ASSERT_GT(acknowledged, 1000u);

  constexpr std::uint64_t kUnderWay = 4;  // as configured
  std::uint64_t repeated_at_most = 0;
  for (int life = 1; life <= 3; ++life) {
    const std::uint64_t enough = acknowledged * static_cast<std::uint64_t>(life) / 5;
    ASSERT_TRUE(eventually([&] { return accepted() - repeated_at_most >= enough; }));
    gateway_.kill();
    const std::uint64_t saved = saved_as_delivered();
    ASSERT_GT(saved, 0u);
    ASSERT_LT(saved, acknowledged) << "killed too late to tell anything";
    repeated_at_most = accepted() - saved + kUnderWay * static_cast<std::uint64_t>(life);
    RecordProperty("unsaved_at_kill_" + std::to_string(life), static_cast<int>(repeated_at_most));
    ASSERT_TRUE(gateway_.start()) << gateway_.log();
  }
  ASSERT_TRUE(eventually([&] { return gateway_.metric("rastro_forward_pending") == 0; }));
  const auto summary = sandbox_.summary();
  std::uint64_t distinct = 0;
  std::uint64_t duplicates = 0;
  for (const auto& [id, device] : summary.at("devices").as_object()) {
    const auto repeated = device.at("duplicates").to_number<std::uint64_t>();
    duplicates += repeated;
    distinct += device.at("count").to_number<std::uint64_t>() - repeated;
  }
  EXPECT_EQ(distinct, acknowledged) << "nothing is lost";
  EXPECT_LE(duplicates, repeated_at_most);
  EXPECT_EQ(gateway_.metric("rastro_forward_delivered_total"), static_cast<double>(acknowledged));
  RecordProperty("duplicates", static_cast<int>(duplicates));
}

}  // namespace
}  // namespace rastro::test
