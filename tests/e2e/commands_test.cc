// Commands to devices, from the shell and the API to a device of each protocol and back.
#include <gtest/gtest.h>

#include <regex>

#include "tests/support/tracker.h"

namespace rastro::test {
namespace {

constexpr Listener kGt06{"gt06", Transport::kTcp};
constexpr Listener kTeltonika{"teltonika", Transport::kTcp};

class Commands : public ::testing::TestWithParam<Listener> {
 protected:
  // One gateway for all cases; each has a device of its own.
  static void SetUpTestSuite() {
    gateway_ = new GatewayProcess;
    ASSERT_TRUE(gateway_->start()) << gateway_->log();
    const ProgramResult created = gateway_->command({"apikey", "create", "test"});
    ASSERT_EQ(created.exit_code, 0) << created.err;
    bearer_ = "Bearer " + created.out.substr(0, created.out.find('\n'));
    ASSERT_TRUE(eventually([] { return gateway_->http_get("/v1/devices", bearer_).status == 200; }));
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(open_books(*gateway_), std::vector<std::string>{});
    delete gateway_;
    gateway_ = nullptr;
  }

  Commands() : imei_("8600000000" + std::to_string(10000 + ++devices_)) {}

  std::string text() const { return GetParam().protocol == "gt06" ? "VERSION#" : "getver"; }

  // A connection of the device, whose number the gateway knows afterwards.
  std::unique_ptr<Tracker> connect() {
    auto tracker = std::make_unique<Tracker>(*gateway_, GetParam(), imei_);
    EXPECT_TRUE(tracker->log_in());
    EXPECT_TRUE(tracker->report(++second_));
    EXPECT_TRUE(eventually([&] {
      device_ = gateway_->query("SELECT id FROM rastro.device WHERE imei = '" + imei_ + "'");
      return !device_.empty() && gateway_->http_get("/v1/devices/" + device_, bearer_).status == 200;
    }));
    return tracker;
  }
  // Ends a connection, and waits until the gateway knows.
  static void leave(std::unique_ptr<Tracker> tracker) {
    tracker.reset();
    EXPECT_TRUE(eventually([] { return gateway_->metric("rastro_connections_open") == 0; }));
  }
  std::string path() const { return "/api/v1/devices/" + device_ + "/commands"; }

  // The number of the command; "" when it was not taken.
  std::string post(const std::string& json) const {
    const HttpAnswer answer = gateway_->http_post(path(), json, bearer_);
    EXPECT_EQ(answer.status, 201) << answer.body;
    std::smatch id;
    return std::regex_search(answer.body, id, std::regex(R"re("id":(\d+))re")) ? id[1] : std::string();
  }
  std::string post_text() const { return post("{\"text\":\"" + text() + "\"}"); }

  bool becomes(const std::string& id, const std::string& state, const std::string& answer = {}) const {
    const std::string wanted = "\"state\":\"" + state + "\"";
    const std::string with = answer.empty() ? wanted : "\"answer\":\"" + answer + "\"";
    return eventually([&] {
      const std::string shown = gateway_->http_get(path() + "/" + id, bearer_).body;
      return shown.find(wanted) != std::string::npos && shown.find(with) != std::string::npos;
    });
  }
  // With the options of `device command`.
  ProgramResult command(std::vector<std::string> more) const {
    more.insert(more.begin(), {"device", "command", imei_});
    return gateway_->command(more);
  }
  static double answers(const std::string& result) {
    return gateway_->metric("rastro_command_answers_total", {"result=\"" + result + "\""});
  }

  static inline GatewayProcess* gateway_ = nullptr;
  static inline std::string bearer_;
  static inline int devices_ = 0;
  const std::string imei_;
  std::string device_;
  int second_ = 0;
};

TEST_P(Commands, GoOutAndTheirAnswersComeBack) {
  const auto tracker = connect();
  const double tied = answers("tied");
  const std::string id = post_text();
  const TrackerCommand got = tracker->next_command();
  EXPECT_EQ(got.text, text());
  EXPECT_TRUE(becomes(id, "sent"));
  tracker->answer(got, "V1.2 built 2026");
  EXPECT_TRUE(becomes(id, "answered", "V1.2 built 2026"));
  EXPECT_TRUE(tracker->report(++second_)) << "the line goes on";
  EXPECT_EQ(answers("tied") - tied, 1);
  EXPECT_NE(command({text()}).out.find("is queued"), std::string::npos);
  EXPECT_EQ(tracker->next_command().text, text()) << "from the shell";
}

TEST_P(Commands, WaitForADeviceThatIsAway) {
  leave(connect());
  const ProgramResult given = command({text(), "--ttl", "1h", "--json"});
  ASSERT_EQ(given.exit_code, 0) << given.err;
  EXPECT_NE(given.out.find("\"state\":\"queued\""), std::string::npos) << given.out;
  Tracker back(*gateway_, GetParam(), imei_);
  ASSERT_TRUE(back.log_in());
  const TrackerCommand got = back.next_command();
  EXPECT_EQ(got.text, text());
  back.answer(got, "here again");
  EXPECT_TRUE(eventually([&] {
    return gateway_->command({"device", "commands", imei_}).out.find("here again") != std::string::npos;
  }));
}

TEST_P(Commands, AreAnsweredLateOnANewConnection) {
  TrackerCommand got;
  std::string id;
  {
    const auto tracker = connect();
    id = post_text();
    got = tracker->next_command();
  }
  const auto tracker = connect();
  EXPECT_TRUE(tracker->report(++second_)) << "a command that was sent does not come again";
  tracker->answer(got, "late");
  EXPECT_TRUE(becomes(id, "answered", "late"));
}

TEST_P(Commands, GoOneAfterTheOther) {
  const auto tracker = connect();
  const std::string first = post_text();
  const std::string second = post_text();
  const TrackerCommand one = tracker->next_command();
  EXPECT_EQ(one.text, text());
  EXPECT_TRUE(becomes(second, "queued"));
  EXPECT_TRUE(tracker->report(++second_)) << "the second command must wait";
  tracker->answer(one, "one");
  const TrackerCommand two = tracker->next_command();
  EXPECT_EQ(two.text, text());
  tracker->answer(two, "two");
  EXPECT_TRUE(becomes(first, "answered", "one"));
  EXPECT_TRUE(becomes(second, "answered", "two"));
}

TEST_P(Commands, DoNotComeFromAnAnswerThatNobodyAskedFor) {
  const auto tracker = connect();
  const double unasked = answers("unasked");
  TrackerCommand invented;
  invented.event.kind = DeviceEvent::Kind::kCommand;
  invented.event.request = 4000000000;
  tracker->answer(invented, "nobody asked");
  EXPECT_TRUE(eventually([&] { return answers("unasked") == unasked + 1; }));
  EXPECT_EQ(gateway_->query("SELECT text FROM rastro.message WHERE type = 'command_reply' AND device_id = " +
                            device_),
            "nobody asked");
  EXPECT_TRUE(tracker->report(++second_));
}

TEST_P(Commands, CutFuelOnlyWhenThatIsConfirmed) {
  const auto tracker = connect();
  EXPECT_EQ(gateway_->http_post(path(), R"({"kind":"fuel-cut"})", bearer_).status, 409);
  const ProgramResult refused = command({"--kind", "fuel-cut"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.err.find("--confirm-fuel-cut"), std::string::npos) << refused.err;
  const std::string audit = "SELECT count(*) FROM rastro.audit WHERE device_id = " + device_;
  EXPECT_EQ(gateway_->count(audit), 0);

  const ProgramResult given = command({"--kind", "fuel-cut", "--confirm-fuel-cut"});
  ASSERT_EQ(given.exit_code, 0) << given.err;
  EXPECT_EQ(gateway_->count(audit), 1);
  const TrackerCommand cut = tracker->next_command();
  EXPECT_NE(cut.text, "");
  tracker->answer(cut, "done");
  const std::string again = post("{\"text\":\"" + cut.text + "\",\"confirm_fuel_cut\":true}");
  EXPECT_EQ(tracker->next_command().text, cut.text);
  EXPECT_EQ(gateway_->http_post(path(), "{\"text\":\"" + cut.text + "\"}", bearer_).status, 409)
      << "the same as free text";
  EXPECT_TRUE(becomes(again, "sent"));
  EXPECT_EQ(gateway_->count(audit), 2);
}

TEST_P(Commands, ForADeviceThatNobodyKnowsAreRefused) {
  const ProgramResult given = command({text()});
  EXPECT_EQ(given.exit_code, 1);
  EXPECT_EQ(given.err, "rastro: there is no device with the imei " + imei_ + "\n");
  EXPECT_EQ(gateway_->command({"device", "commands", imei_}).exit_code, 1);
  EXPECT_EQ(gateway_->http_post("/api/v1/devices/999999/commands", R"({"text":"x"})", bearer_).status, 404);
  EXPECT_EQ(gateway_->http_post("/api/v1/devices/999999/commands", R"({"text":"x"})", "").status, 401);
}

TEST_P(Commands, AreAnsweredBySimulatedDevices) {
  SimulationRun run(*gateway_, GetParam(),
                    {"--devices", "1", "--duration", "120", "--interval-ms", "300", "--seed",
                     std::to_string(500 + devices_)});
  const ProgramResult listed = run_rastro({"simulate", "--protocol", std::string(GetParam().protocol),
                                           "--target", "127.0.0.1:1", "--devices", "1", "--duration", "1",
                                           "--list-devices", "--seed", std::to_string(500 + devices_)});
  const std::string imei = listed.out.substr(0, listed.out.find('\n'));
  EXPECT_TRUE(eventually([&] {
    return gateway_->count(
               "SELECT count(*) FROM rastro.fix f JOIN rastro.device d ON d.id = f.device_id "
               "WHERE imei = '" +
               imei + "'") > 0;
  }));
  const ProgramResult given = gateway_->command({"device", "command", imei, text(), "--wait", "60"});
  EXPECT_EQ(given.exit_code, 0) << given.out << given.err;
  EXPECT_NE(given.out.find("OK " + text()), std::string::npos) << given.out;
}

TEST_P(Commands, SurviveAGatewayThatIsKilledBeforeTheyAreSent) {
  leave(connect());
  const std::string id = post_text();
  gateway_->kill();
  ASSERT_TRUE(gateway_->start()) << gateway_->log();
  Tracker tracker(*gateway_, GetParam(), imei_);
  ASSERT_TRUE(tracker.log_in());
  const TrackerCommand got = tracker.next_command();
  EXPECT_EQ(got.text, text());
  tracker.answer(got, "after all");
  EXPECT_TRUE(becomes(id, "answered", "after all"));
  EXPECT_TRUE(tracker.report(++second_)) << "and come once";
}

INSTANTIATE_TEST_SUITE_P(To, Commands, ::testing::Values(kGt06, kTeltonika),
                         [](const auto& tested) { return std::string(tested.param.protocol); });

class CommandsWithAnIdentity : public Commands {};

TEST_P(CommandsWithAnIdentity, AreRefusedByADeviceThatIsAnother) {
  const auto tracker = connect();
  const std::string id = post("{\"text\":\"" + text() + "\",\"check_identity\":true}");
  TrackerCommand got = tracker->next_command();
  EXPECT_TRUE(got.event.check_identity);
  EXPECT_FALSE(got.event.of_other_identity);
  got.event.of_other_identity = true;
  tracker->answer(got, "");
  EXPECT_TRUE(becomes(id, "refused"));
  EXPECT_EQ(gateway_->query("SELECT reason FROM rastro.command WHERE id = " + id),
            "the device says that it is another");
}

TEST_P(CommandsWithAnIdentity, AreNotAnsweredInTheNameOfAnotherDevice) {
  const auto tracker = connect();
  const std::string id = post("{\"text\":\"" + text() + "\",\"check_identity\":true}");
  const TrackerCommand got = tracker->next_command();
  const auto wrong = [] {
    return gateway_->metric("rastro_decode_problems_total", {"reason=\"wrong_identity\""});
  };
  const double before = wrong();
  Tracker other(*gateway_, GetParam(), "860000000099999");
  Bytes forged;
  other.side().encode_command_answer(got.event, "I am another", forged);
  tracker->wire().send(forged);
  EXPECT_TRUE(eventually([&] { return wrong() == before + 1; }));
  EXPECT_TRUE(becomes(id, "sent")) << "that was not its answer";
  tracker->answer(got, "I am myself");
  EXPECT_TRUE(becomes(id, "answered", "I am myself"));
}

INSTANTIATE_TEST_SUITE_P(To, CommandsWithAnIdentity, ::testing::Values(kTeltonika),
                         [](const auto& tested) { return std::string(tested.param.protocol); });

}  // namespace
}  // namespace rastro::test
