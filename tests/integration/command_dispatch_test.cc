// Commands from the table through dispatcher, connection and device back into the table.
#include "tests/integration/dispatch_fixture.h"

namespace rastro {
namespace {

using test::eventually;

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
  shard_->drain([] {});
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

}  // namespace
}  // namespace rastro
