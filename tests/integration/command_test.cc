// Commands against a real server: their queue, their answers, the audit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "pipeline/postgis/catalogue.h"
#include "pipeline/postgis/command_queue.h"
#include "pipeline/postgis/command_store.h"
#include "pipeline/postgis/fix_store.h"
#include "tests/support/stored_records.h"
#include "tests/support/test_database.h"

namespace rastro::postgis {
namespace {

using std::chrono::milliseconds;
using test::kNoon;
using test::RecordBuilder;
using test::records;
using testing::ElementsAre;

constexpr const char* kImei = "352093086403655";
constexpr const char* kOther = "352093086403663";

class Commands : public testing::Test {
 protected:
  Commands() {
    EXPECT_TRUE(answers_.load_cursor());
    device_ = *catalogue_.add_device({.imei = kImei});
    other_ = *catalogue_.add_device({.imei = kOther});
  }

  std::int32_t add(NewCommand command) {
    if (command.device_id == 0) command.device_id = device_;
    if (command.ttl_s == 0) command.ttl_s = 3600;
    command.created_by = "test";
    const auto added = commands_.add(command);
    EXPECT_TRUE(added) << added.error().sentence;
    return added->id;
  }
  std::int32_t add_text(const std::string& text) { return add(NewCommand{.text = text}); }

  // Ids of what is due, and those that were sent now.
  std::vector<std::int32_t> due() {
    std::vector<std::int32_t> ids;
    for (const DueCommand& command : queue_.due().value()) ids.push_back(command.id);
    return ids;
  }
  std::vector<std::int32_t> send(std::vector<std::int32_t> ids, std::int64_t at_ms = kNoon) {
    return queue_.mark_sent(ids, at_ms).value();
  }

  struct Answer {
    std::string_view text;
    std::int64_t at_ms = kNoon + 1000;
    std::optional<std::uint32_t> request = {};
    bool refused = false;
    std::string_view imei = kImei;
  };
  // What became of it: "answered", "refused" or "unasked".
  std::string answer(const Answer& answer) {
    Message message;
    message.type = MessageType::kCommandReply;
    message.text = answer.text;
    message.request = answer.request;
    message.refused = answer.refused;
    return store(RecordBuilder(answer.imei, answer.at_ms).message(message).build());
  }
  std::string store(StoredRecord record) {
    ++cursor_.position;
    ++cursor_.units;
    const auto outcome = answers_.write(records(std::move(record)), cursor_);
    if (!outcome) return outcome.error().sentence;
    EXPECT_EQ(outcome->messages, 1u) << "the answer must stay a message too";
    if (outcome->answers_unasked > 0) return "unasked";
    return outcome->commands_refused > 0    ? "refused"
           : outcome->commands_answered > 0 ? "answered"
                                            : "nothing";
  }

  CommandRow row(std::int32_t id, std::int64_t device = 0) {
    return commands_.find(device == 0 ? device_ : device, id).value().value();
  }
  CommandState state(std::int32_t id) { return row(id).state; }
  std::string rows(const std::string& what) { return database_.value("SELECT " + what); }

  test::TestDatabase database_;
  Catalogue catalogue_{database_.url()};
  CommandStore commands_{database_.url()};
  CommandQueue queue_{database_.url()};
  FixStore answers_{{.url = database_.url()}};
  journal::Cursor cursor_;
  std::int64_t device_ = 0;
  std::int64_t other_ = 0;
};

TEST_F(Commands, AreKeptAsTheyWereGiven) {
  const std::int32_t id = add({.text = "setparam 1:\"it's\"",
                               .kind = "interval",
                               .check_identity = true,
                               .repeat = true,
                               .ttl_s = 60});
  const CommandRow command = row(id);
  EXPECT_EQ(command.text, "setparam 1:\"it's\"");
  EXPECT_EQ(command.kind, "interval");
  EXPECT_TRUE(command.check_identity);
  EXPECT_TRUE(command.repeat);
  EXPECT_FALSE(command.cuts_fuel);
  EXPECT_EQ(command.created_by, "test");
  EXPECT_EQ(command.state, CommandState::kQueued);
  EXPECT_EQ(command.expires_ms - command.created_ms, 60000);
  EXPECT_EQ(command.sent_ms, std::nullopt);
  EXPECT_EQ(command.answer, std::nullopt);
  EXPECT_EQ(commands_.find(other_, id).value(), std::nullopt) << "of another device";
}

TEST_F(Commands, AreListedFromTheNewestInPages) {
  const std::int32_t first = add_text("1");
  const std::int32_t second = add_text("2");
  const std::int32_t third = add_text("3");
  add({.device_id = other_, .text = "not his"});
  send({first});
  const auto ids = [&](CommandQuestion question) {
    question.device_id = device_;
    std::vector<std::int32_t> found;
    for (const CommandRow& command : commands_.list(question).value()) found.push_back(command.id);
    return found;
  };
  EXPECT_THAT(ids({}), ElementsAre(third, second, first));
  EXPECT_THAT(ids({.limit = 2}), ElementsAre(third, second));
  EXPECT_THAT(ids({.before = second}), ElementsAre(first));
  EXPECT_THAT(ids({.state = CommandState::kQueued}), ElementsAre(third, second));
}

TEST_F(Commands, ForADeviceThatIsNotThereAreRefused) {
  const auto added = commands_.add({.device_id = 999, .text = "x", .created_by = "test", .ttl_s = 60});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().kind, FailureKind::kData);
  EXPECT_EQ(commands_.find_device("1").value(), std::nullopt);
  EXPECT_EQ(commands_.find_device(kImei).value(), device_);
}

TEST_F(Commands, ThatCutFuelAreWrittenIntoTheAuditAndOthersAreNot) {
  add_text("getinfo");
  EXPECT_EQ(rows("count(*) FROM rastro.audit"), "0");
  const std::int32_t id = add({.text = "DYD,000000#", .kind = "fuel-cut", .cuts_fuel = true});
  EXPECT_EQ(
      rows("concat_ws(' ', actor, action, device_id, detail->>'command', detail->>'text') FROM rastro.audit"),
      "test fuel-cut " + std::to_string(device_) + " " + std::to_string(id) + " DYD,000000#");
}

TEST_F(Commands, GoOneAtATimeInTheOrderInWhichTheyWereGiven) {
  const std::int32_t first = add_text("1");
  const std::int32_t second = add_text("2");
  const std::int32_t others = add({.device_id = other_, .text = "3"});
  EXPECT_THAT(due(), testing::UnorderedElementsAre(first, others));
  EXPECT_THAT(send({first}), ElementsAre(first));
  EXPECT_THAT(due(), ElementsAre(others)) << "the second waits for the first to be answered";
  EXPECT_FALSE(queue_.mark_sent(std::vector{second}, kNoon)) << "nor can another gateway send it";
  EXPECT_EQ(answer({.text = "done"}), "answered");
  EXPECT_THAT(due(), testing::UnorderedElementsAre(second, others));
  EXPECT_THAT(send({first}), ElementsAre()) << "no longer queued";
}

TEST_F(Commands, AreNotForDevicesThatArePendingOrDisabled) {
  add_text("1");
  for (const DeviceStatus status : {DeviceStatus::kPending, DeviceStatus::kDisabled}) {
    ASSERT_TRUE(catalogue_.set_device_status(kImei, status).value());
    EXPECT_THAT(due(), ElementsAre());
  }
  ASSERT_TRUE(catalogue_.set_device_status(kImei, DeviceStatus::kActive).value());
  EXPECT_EQ(due().size(), 1u);
}

TEST_F(Commands, ThatNobodySentAreQueuedAgain) {
  const std::int32_t id = add_text("1");
  send({id});
  ASSERT_TRUE(queue_.put_back(std::vector{id}, kNoon - 1));
  EXPECT_EQ(state(id), CommandState::kSent) << "that was another sending";
  ASSERT_TRUE(queue_.put_back(std::vector{id}, kNoon));
  EXPECT_EQ(state(id), CommandState::kQueued);
  EXPECT_EQ(row(id).sent_ms, std::nullopt);
  EXPECT_THAT(due(), ElementsAre(id));
}

TEST_F(Commands, ThatMayBeRepeatedStayDueUntilTheyAreAnswered) {
  const std::int32_t id = add({.text = "getinfo", .repeat = true});
  send({id});
  const auto again = queue_.due().value();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].id, id);
  EXPECT_TRUE(again[0].again);
  answer({.text = "done"});
  EXPECT_THAT(due(), ElementsAre());
}

TEST_F(Commands, ExpireQueuedOrSentAndMakeRoomForTheNext) {
  const std::int32_t sent = add({.text = "1", .repeat = true});
  const std::int32_t queued = add_text("2");
  const std::int32_t good = add_text("3");
  send({sent});
  EXPECT_EQ(queue_.expire().value(), 0u);
  database_.value("UPDATE rastro.command SET expires_at = now() WHERE id <= " + std::to_string(queued));
  EXPECT_EQ(queue_.expire().value(), 2u);
  EXPECT_EQ(row(sent).reason, "no answer came");
  EXPECT_EQ(row(queued).reason, "the device was not there in time");
  EXPECT_EQ(state(sent), CommandState::kExpired);
  EXPECT_THAT(due(), ElementsAre(good));
  EXPECT_EQ(queue_.count_queued().value(), 1u);
}

TEST_F(Commands, WithoutAnAnswerForLongDoNotHoldUpThoseBehindThem) {
  const std::int32_t lost = add_text("1");
  const std::int32_t next = add_text("2");
  send({lost});
  database_.value("UPDATE rastro.command SET sent_at = now() - interval '9 minutes' WHERE state = 'sent'");
  EXPECT_EQ(queue_.expire().value(), 0u);
  database_.value("UPDATE rastro.command SET sent_at = now() - interval '11 minutes' WHERE state = 'sent'");
  EXPECT_EQ(queue_.expire().value(), 1u);
  EXPECT_THAT(due(), ElementsAre(next));
}

TEST_F(Commands, AreAnsweredByTheirNumberWhereTheProtocolBringsItBack) {
  const std::int32_t id = add_text("1");
  send({id});
  const auto number = static_cast<std::uint32_t>(id);
  EXPECT_EQ(answer({.text = "no", .request = number + 1}), "unasked");
  EXPECT_EQ(answer({.text = "no", .request = number, .imei = kOther}), "unasked") << "another device's";
  EXPECT_EQ(answer({.text = "no", .request = 0xFFFFFFFF}), "unasked");
  EXPECT_EQ(state(id), CommandState::kSent);
  EXPECT_EQ(answer({.text = "IP:1.2.3.4", .request = number}), "answered");
  EXPECT_EQ(row(id).answer, "IP:1.2.3.4");
  EXPECT_EQ(row(id).answered_ms, kNoon + 1000);
  EXPECT_EQ(answer({.text = "twice", .request = number}), "unasked");
  EXPECT_EQ(row(id).answer, "IP:1.2.3.4");
}

TEST_F(Commands, AreAnsweredByOrderWhereThereIsNoNumber) {
  EXPECT_EQ(answer({.text = "nobody asked"}), "unasked");
  const std::int32_t id = add_text("1");
  EXPECT_EQ(answer({.text = "not sent yet"}), "unasked");
  send({id});
  EXPECT_EQ(answer({.text = "older than the question", .at_ms = kNoon - 1}), "unasked");
  EXPECT_EQ(answer({.text = "another's", .imei = kOther}), "unasked");
  EXPECT_EQ(answer({.text = "DI1:1 \"a\\b\" caf\xE9"}), "answered");
  EXPECT_EQ(row(id).answer, "DI1:1 \"a\\b\" caf\xEF\xBF\xBD");
  EXPECT_EQ(answer({.text = "again"}), "unasked");
}

TEST_F(Commands, AreRefusedWhenTheDeviceSaysThatItIsAnother) {
  const std::int32_t id = add({.text = "getver", .check_identity = true});
  send({id});
  EXPECT_EQ(answer({.text = "", .refused = true}), "refused");
  EXPECT_EQ(state(id), CommandState::kRefused);
  EXPECT_EQ(row(id).reason, "the device says that it is another");
  EXPECT_EQ(row(id).answer, std::nullopt);
}

TEST_F(Commands, AreAnsweredLateAsLongAsNothingNewerWasSent) {
  const std::int32_t first = add_text("1");
  const std::int32_t second = add_text("2");
  send({first}, kNoon);
  database_.value("UPDATE rastro.command SET state = 'expired', reason = 'no answer came' WHERE id = " +
                  std::to_string(first));
  EXPECT_EQ(answer({.text = "late", .at_ms = kNoon + 3600000}), "answered");
  EXPECT_EQ(state(first), CommandState::kAnswered);
  EXPECT_EQ(row(first).reason, std::nullopt);

  send({second}, kNoon + 4000000);
  EXPECT_EQ(answer({.text = "the second's", .at_ms = kNoon + 4000001}), "answered");
  EXPECT_EQ(row(first).answer, "late");
  EXPECT_EQ(row(second).answer, "the second's");
}

TEST_F(Commands, OfAnOlderNumberAreAnsweredLateBesideANewerOne) {
  const std::int32_t first = add_text("1");
  const std::int32_t second = add_text("2");
  send({first});
  database_.value("UPDATE rastro.command SET state = 'expired' WHERE state = 'sent'");
  send({second}, kNoon + 10);
  EXPECT_EQ(answer({.text = "late", .request = static_cast<std::uint32_t>(first)}), "answered");
  EXPECT_EQ(row(first).answer, "late");
  EXPECT_EQ(state(second), CommandState::kSent);
}

TEST_F(Commands, StayAsTheyAreWhenTheJournalIsReadAgain) {
  const std::int32_t first = add_text("1");
  send({first}, kNoon);
  EXPECT_EQ(answer({.text = "1 done", .at_ms = kNoon + 10}), "answered");
  const std::int32_t second = add_text("2");
  send({second}, kNoon + 20);
  EXPECT_EQ(answer({.text = "1 done", .at_ms = kNoon + 10}), "unasked");
  EXPECT_EQ(state(second), CommandState::kSent) << "that answer came before the second command went";
  EXPECT_EQ(row(first).answer, "1 done");
}

TEST_F(Commands, HaveOneAnswerHoweverManyComeInOneBatch) {
  const std::int32_t id = add_text("1");
  const std::int32_t others = add({.device_id = other_, .text = "2"});
  send({id, others});
  Message message;
  message.type = MessageType::kCommandReply;
  message.text = "first";
  RecordBuilder builder(kImei, kNoon + 1);
  builder.message(message);
  message.text = "second";
  builder.message(message);
  Message refusal;
  refusal.type = MessageType::kCommandReply;
  refusal.refused = true;
  const auto outcome = answers_.write(
      records(builder.build(), RecordBuilder(kOther, kNoon + 1).message(refusal).build()), {1, 3});
  ASSERT_TRUE(outcome) << outcome.error().sentence;
  EXPECT_EQ(outcome->commands_answered, 1u);
  EXPECT_EQ(outcome->commands_refused, 1u);
  EXPECT_EQ(outcome->answers_unasked, 1u);
  EXPECT_EQ(outcome->units(), 3u) << "each answer is a message, and counted once";
  EXPECT_EQ(row(id).answer, "first");
  EXPECT_EQ(row(others, other_).state, CommandState::kRefused);
}

TEST_F(Commands, ThatCannotBeSentAreRefusedWithTheReason) {
  const std::int32_t id = add_text("1");
  EXPECT_EQ(queue_.refuse(id, "too_long").value(), 0u) << "only what was to be sent";
  send({id});
  EXPECT_EQ(queue_.refuse(id, "too_long").value(), 1u);
  EXPECT_EQ(row(id).reason, "too_long");
}

TEST_F(Commands, WakeTheDispatcherAndSoDoesTheOtherDescriptor) {
  // The notice is for whoever listens, however long it takes: no wait here is bounded by luck.
  constexpr milliseconds kEver(600'000);
  const int other = ::eventfd(0, EFD_CLOEXEC);
  EXPECT_EQ(queue_.wait(other, kEver).value(), true) << "before it listened, there may have been something";
  EXPECT_EQ(queue_.wait(other, milliseconds(0)).value(), false);
  add_text("1");
  EXPECT_EQ(queue_.wait(other, kEver).value(), true);
  ::eventfd_write(other, 1);
  EXPECT_EQ(queue_.wait(other, kEver).value(), false);
  ::close(other);
}

TEST_F(Commands, KnowTheProtocolOfWhatTheDeviceSentLast) {
  EXPECT_EQ(commands_.protocol_of(device_).value(), "");
  store(RecordBuilder(kImei).message(MessageType::kLogin).build());
  EXPECT_EQ(commands_.protocol_of(device_).value(), "teltonika");
}

}  // namespace
}  // namespace rastro::postgis
