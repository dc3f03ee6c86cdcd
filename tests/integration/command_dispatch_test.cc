// Commands from the API through dispatcher, connection and device back into the table: everything but the
// protocol is the gateway's own, on a real server and real sockets.
#include <gtest/gtest.h>

#include "gateway/api/commands.h"
#include "gateway/consumers/command_dispatch.h"
#include "gateway/consumers/store_consumer.h"
#include "gateway/net/shard.h"
#include "pipeline/postgis/catalogue.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/line_protocol.h"
#include "tests/support/memory_folder.h"
#include "tests/support/test_database.h"
#include "tests/support/test_gate.h"
#include "tests/support/wire.h"

namespace rastro {
namespace {

using test::bytes_of_text;
using test::eventually;

constexpr const char* kImei = "352093086403655";
constexpr const char* kOther = "352093086403663";

// A device on a real socket.
class LineDevice {
 public:
  explicit LineDevice(std::uint16_t port) : wire_(port) {}

  void say(const std::string& line) { wire_.send(bytes_of_text(line)); }
  std::string hear() {
    std::string line;
    while (line.empty() || line.back() != '\n') {
      const test::Bytes next = wire_.read(1);
      if (next.empty()) return line + "…";
      line += static_cast<char>(next[0]);
    }
    line.pop_back();
    return line;
  }
  void log_in(const std::string& imei) {
    say("login " + imei + "\n");
    EXPECT_EQ(hear(), "welcome");
  }

 private:
  test::Wire wire_;
};

class Dispatch : public testing::Test {
 protected:
  Dispatch() {
    device_ = *catalogue_.add_device({.imei = kImei});
    other_ = *catalogue_.add_device({.imei = kOther});
    directory_.replace(*catalogue_.devices(), {});
    config_.listeners.push_back(
        {&test::line_protocol(), Transport::kTcp, "127.0.0.1:" + std::to_string(port_)});
    config_.unknown_devices = UnknownDevices::kAccept;
    config_.batch_ms = 1;
    config_.database_url = database_.url();
    EXPECT_TRUE(journal::Journal::open(test::open_memory_folder(disk_), {}, journal_).ok());
    store_ = std::make_unique<StoreConsumer>(*journal_, config_, database_.url());
    shard_ = std::make_unique<Shard>(
        NetContext{config_, *journal_, directory_, learnt_, metrics_, identities_, desk_, open_connections_});
    shard_->listen(config_.listeners[0]);
    journal_->on_progress([this] { shard_->journal_moved(); });
    router_.guard_with(test::one_key("rastro_good", "apikey rastro_good"));
    add_command_routes(router_, directory_, identities_, commands_, [this] { return database_away_; });
    shard_->start();
    store_->start();
  }
  ~Dispatch() override {
    if (dispatch_) dispatch_->stop();
    shard_->stop();
    journal_->stop();
    store_->stop();
  }

  void begin_dispatch() {
    dispatch_ = std::make_unique<CommandDispatch>(database_.url(), identities_, desk_);
    dispatch_->start();
  }
  void begin() {
    journal_->start();
    begin_dispatch();
  }

  HttpResponse http(const std::string& method, const std::string& path, const std::string& query = {},
                    const std::string& body = {}, const std::string& type = "application/json") {
    HttpRequest request;
    request.method = method;
    request.path = path;
    request.query = query;
    request.body = body;
    request.content_type = type;
    request.authorization = authorization_;
    std::string_view route;
    return router_.answer(request, route);
  }
  std::string path(std::int64_t device = 0) const {
    return "/api/v1/devices/" + std::to_string(device == 0 ? device_ : device) + "/commands";
  }
  std::int32_t give(postgis::NewCommand command) {
    command.created_by = "test";
    command.ttl_s = 3600;
    const auto added = commands_.add(command);
    EXPECT_TRUE(added) << added.error().sentence;
    return added->id;
  }
  std::int32_t give(const std::string& text) { return give({.device_id = device_, .text = text}); }
  std::int32_t give_other(const std::string& text) { return give({.device_id = other_, .text = text}); }
  // "sent", or "answered: text" when that has come.
  std::string state(std::int32_t id) {
    return database_.value("SELECT concat_ws(': ', state, answer, reason) FROM rastro.command WHERE id = " +
                           std::to_string(id));
  }
  bool becomes(std::int32_t id, const std::string& wanted) {
    return eventually([&] { return state(id) == wanted; });
  }
  static std::string line_of(std::int32_t id, const std::string& text) {
    return "command " + std::to_string(id) + " " + text;
  }

  test::TestDatabase database_;
  postgis::Catalogue catalogue_{database_.url()};
  postgis::CommandStore commands_{database_.url()};
  const std::uint16_t port_ = test::free_port();
  Config config_;
  DeviceDirectory directory_;
  LearntNotes learnt_;
  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  LiveIdentities identities_;
  CommandDesk desk_;
  std::atomic<std::int64_t> open_connections_{0};
  test::MemoryDisk disk_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<StoreConsumer> store_;
  std::unique_ptr<Shard> shard_;
  std::unique_ptr<CommandDispatch> dispatch_;
  Router router_;
  std::string authorization_ = "Bearer rastro_good";
  bool database_away_ = false;
  std::int64_t device_ = 0;
  std::int64_t other_ = 0;
};

TEST_F(Dispatch, SendsOverTheLiveConnectionAndTiesTheAnswer) {
  begin();
  LineDevice device(port_);
  device.log_in(kImei);
  const std::int32_t id = give("getinfo");
  EXPECT_EQ(device.hear(), line_of(id, "getinfo"));
  EXPECT_TRUE(becomes(id, "sent"));
  device.say("answer " + std::to_string(id) + " all is well\n");
  EXPECT_TRUE(becomes(id, "answered: all is well"));
  EXPECT_TRUE(eventually([&] { return dispatch_->progress().sent == 1; }));
  EXPECT_EQ(database_.value("SELECT text FROM rastro.message WHERE type = 'command_reply'"), "all is well");
}

TEST_F(Dispatch, SendsWhenTheDeviceComes) {
  begin();
  const std::int32_t id = give("getinfo");
  EXPECT_TRUE(eventually([&] { return dispatch_->progress().waiting == 1; }));
  EXPECT_EQ(state(id), "queued");
  LineDevice device(port_);
  device.log_in(kImei);
  EXPECT_EQ(device.hear(), line_of(id, "getinfo"));
  device.say("answer 0 here\n");
  EXPECT_TRUE(becomes(id, "answered: here"));
}

TEST_F(Dispatch, SendsTheNextWhenTheOneBeforeIsAnsweredAndNotBefore) {
  begin();
  const std::int32_t first = give("one");
  const std::int32_t second = give("two");
  const std::int32_t others = give_other("three");
  LineDevice device(port_);
  LineDevice other(port_);
  device.log_in(kImei);
  other.log_in(kOther);
  EXPECT_EQ(device.hear(), line_of(first, "one"));
  EXPECT_EQ(other.hear(), line_of(others, "three"));
  EXPECT_EQ(state(second), "queued");
  device.say("data\n");
  EXPECT_EQ(device.hear(), "stored") << "the second command must not have come";
  device.say("answer 0 did one\n");
  EXPECT_EQ(device.hear(), line_of(second, "two"));
  EXPECT_EQ(state(first), "answered: did one");
}

TEST_F(Dispatch, KeepsACommandFromComingBetweenARecordAndItsAcknowledgement) {
  begin_dispatch();  // the journal's thread does not run: nothing becomes durable
  LineDevice device(port_);
  device.log_in(kImei);
  device.say("data\n");
  EXPECT_TRUE(eventually([&] { return metrics_.listener("line", Transport::kTcp).frames.Value() == 2; }));
  const std::int32_t id = give("getinfo");
  EXPECT_TRUE(becomes(id, "sent")) << "marked, and held by the connection";
  journal_->start();
  EXPECT_EQ(device.hear(), "stored");
  EXPECT_EQ(device.hear(), line_of(id, "getinfo"));
}

TEST_F(Dispatch, KeepsACommandBackWhileAFrameIsHalfRead) {
  begin();
  LineDevice device(port_);
  device.log_in(kImei);
  device.say("da");
  const ListenerMetrics counted = metrics_.listener("line", Transport::kTcp);
  EXPECT_TRUE(eventually([&] { return counted.bytes_received.Value() == counted.bytes_framed.Value() + 2; }));
  const std::int32_t id = give("getinfo");
  EXPECT_TRUE(becomes(id, "sent"));
  device.say("ta\n");
  EXPECT_EQ(device.hear(), "stored") << "the acknowledgement first";
  EXPECT_EQ(device.hear(), line_of(id, "getinfo"));
}

TEST_F(Dispatch, QueuesAgainWhatAConnectionDidNotWrite) {
  begin();
  std::int32_t id = 0;
  {
    LineDevice device(port_);
    device.log_in(kImei);
    device.say("da");
    const ListenerMetrics counted = metrics_.listener("line", Transport::kTcp);
    EXPECT_TRUE(
        eventually([&] { return counted.bytes_received.Value() == counted.bytes_framed.Value() + 2; }));
    id = give("getinfo");
    EXPECT_TRUE(becomes(id, "sent"));
  }
  EXPECT_TRUE(becomes(id, "queued"));
  EXPECT_TRUE(eventually([&] { return dispatch_->progress().put_back == 1; }));
  LineDevice device(port_);
  device.log_in(kImei);
  EXPECT_EQ(device.hear(), line_of(id, "getinfo"));
}

TEST_F(Dispatch, QueuesAgainWhatWasHeldWhenTheGatewayEnds) {
  begin();
  LineDevice device(port_);
  device.log_in(kImei);
  device.say("da");
  const ListenerMetrics counted = metrics_.listener("line", Transport::kTcp);
  EXPECT_TRUE(eventually([&] { return counted.bytes_received.Value() == counted.bytes_framed.Value() + 2; }));
  const std::int32_t id = give("getinfo");
  EXPECT_TRUE(becomes(id, "sent"));
  dispatch_->stop();
  shard_->drain();
  shard_->stop();
  dispatch_->finish();
  EXPECT_EQ(state(id), "queued");
}

TEST_F(Dispatch, TiesALateAnswerOnANewConnectionAndDoesNotSendTwice) {
  begin();
  std::int32_t id = 0;
  {
    LineDevice device(port_);
    device.log_in(kImei);
    id = give("reboot");
    EXPECT_EQ(device.hear(), line_of(id, "reboot"));
  }
  LineDevice device(port_);
  device.log_in(kImei);
  device.say("data\n");
  EXPECT_EQ(device.hear(), "stored") << "what was sent once must not come again";
  device.say("answer 0 rebooted\n");
  EXPECT_TRUE(becomes(id, "answered: rebooted"));
}

TEST_F(Dispatch, RepeatsOnTheNextConnectionWhatMayBeRepeated) {
  begin();
  std::int32_t id = 0;
  {
    LineDevice device(port_);
    device.log_in(kImei);
    id = give({.device_id = device_, .text = "getinfo", .repeat = true});
    EXPECT_EQ(device.hear(), line_of(id, "getinfo"));
    give_other("x");  // another look at the queue
    device.say("data\n");
    EXPECT_EQ(device.hear(), "stored") << "not twice to one connection";
  }
  LineDevice device(port_);
  device.log_in(kImei);
  EXPECT_EQ(device.hear(), line_of(id, "getinfo"));
  EXPECT_TRUE(eventually([&] { return dispatch_->progress().repeated == 1; }));
  device.say("answer 0 yes\n");
  EXPECT_TRUE(becomes(id, "answered: yes"));
}

TEST_F(Dispatch, GivesACommandToTheDeviceThatSpeaksOnASharedLine) {
  begin();
  LineDevice line(port_);
  line.log_in(kImei);
  line.log_in(kOther);
  const std::int32_t id = give("for the first");
  EXPECT_TRUE(becomes(id, "sent"));
  line.say("data\n");
  EXPECT_EQ(line.hear(), "stored") << "the second device must not get the first one's command";
  line.log_in(kImei);
  EXPECT_EQ(line.hear(), line_of(id, "for the first"));
}

TEST_F(Dispatch, RefusesWhatTheProtocolCannotCarry) {
  begin();
  LineDevice device(port_);
  device.log_in(kImei);
  const std::int32_t id = give(std::string(300, 'x'));
  EXPECT_TRUE(becomes(id, "refused: the gateway cannot send it to this device: too_long"));
  const std::int32_t next = give("short");
  EXPECT_EQ(device.hear(), line_of(next, "short"));
}

TEST_F(Dispatch, RefusesAFuelCutThatNobodyConfirmed) {
  begin();
  // Entered while the device spoke another language, in which it was harmless.
  database_.value("INSERT INTO rastro.command (device_id, text, created_by, expires_at) VALUES (" +
                  std::to_string(device_) + ", 'stop', 'test', now() + interval '1 hour')");
  LineDevice device(port_);
  device.log_in(kImei);
  EXPECT_TRUE(eventually([&] { return database_.value("SELECT state FROM rastro.command") == "refused"; }));
  device.say("data\n");
  EXPECT_EQ(device.hear(), "stored");
}

TEST_F(Dispatch, EndsACommandThatTheDeviceRefusesAndCountsAnswersNobodyAskedFor) {
  begin();
  LineDevice device(port_);
  device.log_in(kImei);
  device.say("answer 0 hello\n");
  EXPECT_TRUE(eventually([&] { return store_->progress().outcome.answers_unasked == 1; }));
  const std::int32_t id = give({.device_id = device_, .text = "getver", .check_identity = true});
  EXPECT_EQ(device.hear(), line_of(id, "getver"));
  device.say("nack 0\n");
  EXPECT_TRUE(becomes(id, "refused: the device says that it is another"));
  EXPECT_TRUE(eventually([&] { return store_->progress().outcome.commands_refused == 1; }));
}

TEST_F(Dispatch, LeavesAPendingDeviceAlone) {
  ASSERT_TRUE(catalogue_.set_device_status(kImei, postgis::DeviceStatus::kPending).value());
  begin();
  LineDevice device(port_);
  device.log_in(kImei);
  const std::int32_t id = give("getinfo");
  const std::int32_t others = give_other("x");
  LineDevice other(port_);
  other.log_in(kOther);
  EXPECT_EQ(other.hear(), line_of(others, "x"));
  EXPECT_EQ(state(id), "queued");
  ASSERT_TRUE(catalogue_.set_device_status(kImei, postgis::DeviceStatus::kActive).value());
  EXPECT_EQ(device.hear(), line_of(id, "getinfo"));
}

TEST_F(Dispatch, GoesOnWhenTheDatabaseIsBack) {
  begin();
  const std::int32_t id = give("getinfo");
  database_.value("ALTER ROLE rastro NOLOGIN");
  database_.value("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'rastro'");
  EXPECT_TRUE(eventually([&] { return !dispatch_->progress().trouble.empty(); }));
  EXPECT_EQ(http("GET", path()).status, 503);
  LineDevice device(port_);
  device.log_in(kImei);
  database_.value("ALTER ROLE rastro LOGIN");
  EXPECT_EQ(device.hear(), line_of(id, "getinfo"));
  device.say("answer 0 back\n");
  EXPECT_TRUE(becomes(id, "answered: back"));
  EXPECT_EQ(http("GET", path()).status, 200) << "with a new connection";
}

TEST_F(Dispatch, TakesACommandOverTheApiAndShowsIt) {
  LineDevice device(port_);
  device.log_in(kImei);
  const HttpResponse made = http("POST", path(), "", R"({"text":"getinfo","ttl_s":60})");
  EXPECT_EQ(made.status, 201);
  EXPECT_TRUE(made.body.starts_with(R"({"success":true,"data":{"id":1,"device_id":1,"text":"getinfo",)"))
      << made.body;
  EXPECT_NE(made.body.find(R"("created_by":"apikey rastro_good")"), std::string::npos) << made.body;
  EXPECT_EQ(http("GET", path() + "/1").body, made.body);
  EXPECT_EQ(http("GET", path(other_) + "/1").status, 404) << "another device's";
  EXPECT_EQ(http("GET", path() + "/2").status, 404);
  EXPECT_EQ(http("GET", path() + "/x").status, 400);
  EXPECT_EQ(http("POST", path(), "", R"({"text":"x"})", "application/json; charset=utf-8").status, 201);
}

TEST_F(Dispatch, ListsCommandsOverTheApiInPages) {
  for (const auto* text : {"1", "2", "3"}) give(text);
  const auto texts = [&](const std::string& query) {
    std::string found;
    const std::string body = http("GET", path(), query).body;
    for (std::size_t at = 0; (at = body.find("\"text\":\"", at)) != std::string::npos; at += 8) {
      found += body[at + 8];
    }
    const std::size_t cursor = body.find("\"next_cursor\":") + 14;
    return found + " " + body.substr(cursor, body.find('}', cursor) - cursor);
  };
  EXPECT_EQ(texts(""), "321 null");
  EXPECT_EQ(texts("limit=2"), "32 \"2\"");
  EXPECT_EQ(texts("limit=2&cursor=2"), "1 null");
  EXPECT_EQ(texts("state=queued&limit=1"), "3 \"3\"");
  EXPECT_EQ(texts("state=answered"), " null");
  for (const auto* bad :
       {"limit=0", "limit=1001", "limit=x", "limit", "state=lost", "cursor=x", "page=2", "&=", "cursor="})
    EXPECT_EQ(http("GET", path(), bad).status, 400) << bad;
}

TEST_F(Dispatch, AnswersMistakesOverTheApiByName) {
  LineDevice device(port_);
  device.log_in(kImei);
  const auto mistake = [&](const std::string& body) {
    const HttpResponse response = http("POST", path(), "", body);
    const std::size_t code = response.body.find("\"code\":\"");
    if (code == std::string::npos) return std::to_string(response.status);
    return std::to_string(response.status) + " " +
           response.body.substr(code + 8, response.body.find('"', code + 8) - code - 8);
  };
  EXPECT_EQ(mistake("{"), "400 not_json");
  EXPECT_EQ(mistake(R"({"text":"x","when":"now"})"), "400 unknown_field");
  EXPECT_EQ(mistake("{}"), "400 text_and_kind");
  EXPECT_EQ(mistake(R"({"text":"x","kind":"locate"})"), "400 text_and_kind");
  EXPECT_EQ(mistake(R"({"text":"x","ttl_s":9})"), "400 ttl_out_of_range");
  EXPECT_EQ(mistake(R"({"text":"a\u0007"})"), "400 text_not_printable");
  EXPECT_EQ(mistake("{\"text\":\"" + std::string(1025, 'x') + "\"}"), "400 text_too_long");
  EXPECT_EQ(mistake(R"({"kind":"reboot"})"), "400 no_such_kind");
  EXPECT_EQ(http("POST", path(other_), "", R"({"kind":"locate"})").status, 400)
      << "its protocol is not known";
  EXPECT_EQ(http("POST", path(99), "", R"({"text":"x"})").status, 404);
  EXPECT_EQ(http("POST", "/api/v1/devices/x/commands", "", R"({"text":"x"})").status, 400);
  EXPECT_EQ(http("POST", path(), "", R"({"text":"x"})", "text/plain").status, 415);
  EXPECT_EQ(http("POST", path(), "", R"({"text":"x"})", "application/jsonish").status, 415);
  database_away_ = true;
  EXPECT_EQ(http("POST", path(), "", R"({"text":"x"})").status, 503);
  EXPECT_EQ(http("GET", path()).status, 503);
  EXPECT_EQ(http("GET", path() + "/1").status, 503);
  authorization_ = "Bearer bad";
  EXPECT_EQ(http("POST", path(), "", R"({"text":"x"})").status, 401);
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.command"), "0");
}

TEST_F(Dispatch, KnowsTheKindsOfADeviceThatIsConnected) {
  begin();
  LineDevice device(port_);
  device.log_in(kImei);
  EXPECT_EQ(http("POST", path(), "", R"({"kind":"reboot"})").status, 400) << "this protocol has none";
  EXPECT_EQ(http("POST", path(), "", R"({"kind":"interval","argument":"60"})").status, 201);
  EXPECT_EQ(device.hear(), line_of(1, "interval 60"));
}

TEST_F(Dispatch, CutsFuelOnlyWithTheConfirmationAndNotesWhoDid) {
  begin();
  LineDevice device(port_);
  device.log_in(kImei);
  for (const auto* body : {R"({"kind":"fuel-cut")", R"({"text":"please stop")"}) {
    const HttpResponse refused = http("POST", path(), "", std::string(body) + "}");
    EXPECT_EQ(refused.status, 409);
    EXPECT_NE(refused.body.find("\"code\":\"fuel_cut_not_confirmed\""), std::string::npos) << refused.body;
    EXPECT_EQ(http("POST", path(), "", std::string(body) + R"(,"confirm_fuel_cut":false})").status, 409);
  }
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.audit"), "0");
  const HttpResponse made = http("POST", path(), "", R"({"kind":"fuel-cut","confirm_fuel_cut":true})");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(device.hear(), line_of(1, "stop"));
  EXPECT_EQ(database_.value(
                "SELECT concat_ws(' ', actor, action, device_id, detail->>'command') FROM rastro.audit"),
            "apikey rastro_good fuel-cut 1 1");
}

}  // namespace
}  // namespace rastro
