// Latest first over a journal in memory, with a target that takes, refuses or is away as the test says.
#include "forwarder/catch_up.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <numeric>

#include "forwarder/intake.h"
#include "tests/support/memory_folder.h"
#include "tests/support/stored_records.h"

namespace rastro::forward {
namespace {

using namespace std::chrono_literals;

// stored_records.h: when records were received, or near it.
constexpr std::int64_t kLongAfter = test::kNoon + 24LL * 3600 * 1000;

struct Sent {
  std::string device;
  std::int64_t time_ms;
  friend bool operator==(const Sent&, const Sent&) = default;
};

// One life of the reading side, from a standing on; the journal and the standing outlive it.
class Life {
 public:
  Life(journal::Journal& journal, const Standing& standing, Ledger& ledger)
      : ledger_(ledger),
        standing_(standing),
        window_(standing.done),
        catch_up_(journal, maker_, {true, 300s}, standing_, window_, ledger),
        intake_(journal, "test", maker_, {}, standing_, window_, catch_up_, ledger, recent_) {}

  // Reads, and looks through the journal when it is time for that.
  void turn(std::int64_t now_ms) {
    intake_.read_ahead(0ms, never_);
    do catch_up_.advance(now_ms);
    while (catch_up_.searching());
  }
  Jobs take(Time now, std::size_t most) {
    Jobs batch;
    window_.take(now, most, batch);
    return batch;
  }
  void deliver(const Jobs& batch, std::vector<Sent>& sent) {
    for (const Job* job : batch) {
      sent.push_back({std::string(job->device.view()), job->fix.time_ms});
      if (job->ahead) catch_up_.done(*job);
    }
    ledger_.delivered(batch);
    window_.done(batch);
  }
  Window& window() { return window_; }
  Standing standing() const { return intake_.standing(); }

 private:
  Ledger& ledger_;
  const Standing standing_;
  std::string why_;
  const RequestShape shape_ = *RequestShape::parse(kDefaultBody, kDefaultBatchBody, 1, why_);
  const JobMaker maker_{{[] { return true; },
                         [](const DeviceIdentity&) {
                           return std::optional(Target{31, "S"});
                         }},
                        shape_};
  Window window_;
  RecentFixes recent_;
  CatchUp catch_up_;
  Intake intake_;
  std::stop_token never_;
};

class CatchUpTest : public testing::Test {
 protected:
  CatchUpTest() {
    journal::Options options;
    options.consumers = {"test"};
    const auto status = journal::Journal::open(test::open_memory_folder(disk_), options, journal_);
    if (!status.ok()) throw std::runtime_error(status.detail);
    journal_->start();
  }
  void append(const std::string& device, std::int64_t time_ms) {
    const StoredRecord record = test::fix_record(device, test::fix_at(time_ms));
    std::string stored;
    RecordEncoder().encode(record.head, record.messages, {}, stored);
    while (journal_->append(test::bytes_of(stored), 1, end_) != journal::Append::kAccepted) {
      journal_->wait_durable(journal_->durable_position(), 1s);
    }
  }
  void wait_durable() {
    while (journal_->durable_position() < end_) journal_->wait_durable(end_ - 1, 1s);
  }
  // One after another, until nothing is left.
  std::vector<Sent> send_all(Life& life, std::int64_t now_ms) {
    std::vector<Sent> sent;
    for (;;) {
      life.turn(now_ms);
      const Jobs batch = life.take(Time{1h}, 1);
      if (batch.empty()) return sent;
      life.deliver(batch, sent);
    }
  }
  void expect_books_close(std::uint64_t read, std::uint64_t delivered) {
    const Totals totals = ledger_.totals();
    EXPECT_EQ(totals.read, read);
    EXPECT_EQ(totals.delivered, delivered);
    EXPECT_EQ(std::accumulate(totals.skipped.begin(), totals.skipped.end(), 0ull), read - delivered);
  }

  test::MemoryDisk disk_;
  std::unique_ptr<journal::Journal> journal_;
  std::uint64_t end_ = 0;
  Ledger ledger_;
};

TEST_F(CatchUpTest, TheNewestOfEachDeviceGoesBeforeItsHistoryAndOnce) {
  for (int i = 0; i < 4; ++i) {
    for (const char* device : {"a", "b"}) append(device, test::kNoon + i * 1000);
  }
  wait_durable();
  Life life(*journal_, {}, ledger_);
  const auto at = [](const char* device, int second) { return Sent{device, test::kNoon + second * 1000}; };
  EXPECT_EQ(send_all(life, kLongAfter), (std::vector<Sent>{at("a", 3), at("b", 3), at("a", 0), at("b", 0),
                                                           at("a", 1), at("b", 1), at("a", 2), at("b", 2)}));
  expect_books_close(8, 8);
  EXPECT_EQ(life.standing().done, journal_->durable());
}

TEST_F(CatchUpTest, NothingChangesWhileNothingIsOld) {
  for (int i = 0; i < 3; ++i) append("a", test::kNoon + i * 1000);
  wait_durable();
  Life life(*journal_, {}, ledger_);
  const auto sent = send_all(life, 0);
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent.front().time_ms, test::kNoon);
}

TEST_F(CatchUpTest, TheNewestIsFoundFarBeyondTheWindow) {
  constexpr int kCount = static_cast<int>(Window::kMaxJobs) + 3000;
  append("b", test::kNoon);
  for (int i = 0; i < kCount; ++i) append("a", test::kNoon + i * 1000);
  append("b", test::kNoon + 7000);
  append("c", test::kNoon);
  wait_durable();
  Life life(*journal_, {}, ledger_);
  const auto sent = send_all(life, kLongAfter);
  ASSERT_EQ(sent.size(), static_cast<std::size_t>(kCount) + 3);
  std::map<std::string, std::int64_t> first;
  for (const Sent& one : sent) first.try_emplace(one.device, one.time_ms);
  EXPECT_EQ(first["a"], test::kNoon + (kCount - 1) * 1000);
  EXPECT_EQ(first["b"], test::kNoon + 7000);
  EXPECT_EQ((std::vector<Sent>(sent.begin(), sent.begin() + 3)),
            (std::vector<Sent>{{"b", first["b"]}, {"a", first["a"]}, {"c", test::kNoon}}));
  expect_books_close(sent.size(), sent.size());
  EXPECT_TRUE(life.standing().ahead.empty()) << "history has passed them";
}

TEST_F(CatchUpTest, WhatWasSentAheadIsNotSentAgainAfterACrash) {
  constexpr int kCount = static_cast<int>(Window::kMaxJobs) + 100;
  for (int i = 0; i < kCount; ++i) append("a", test::kNoon + i * 1000);
  wait_durable();
  std::vector<Sent> sent;
  Standing standing;
  {
    Life life(*journal_, {}, ledger_);
    life.turn(kLongAfter);
    life.deliver(life.take(Time{1h}, 1), sent);
    standing = life.standing();
  }
  EXPECT_EQ(sent, (std::vector<Sent>{{"a", test::kNoon + (kCount - 1) * 1000}}));
  EXPECT_EQ(standing.ahead.size(), 1u);
  Life life(*journal_, standing, ledger_);
  for (const Sent& one : send_all(life, kLongAfter)) sent.push_back(one);
  EXPECT_EQ(sent.size(), static_cast<std::size_t>(kCount));
  EXPECT_EQ(sent[1].time_ms, test::kNoon) << "nothing newer than what was sent, so in order";
  expect_books_close(sent.size(), sent.size());
}

TEST_F(CatchUpTest, OneThatIsStillUnderWayWhenItIsReadHoldsTheCursorAndIsNotSentTwice) {
  constexpr int kCount = static_cast<int>(Window::kMaxJobs) + 100;
  for (int i = 0; i < kCount; ++i) append("a", test::kNoon + i * 1000);
  append("b", test::kNoon);
  wait_durable();
  Life life(*journal_, {}, ledger_);
  life.turn(kLongAfter);
  std::vector<Sent> sent;
  life.deliver(life.take(Time{1h}, 1), sent);
  EXPECT_EQ(sent.back(), (Sent{"a", test::kNoon + (kCount - 1) * 1000}));
  Jobs slow;
  while (slow.empty() || slow.front()->device.view() != "b") {
    if (!slow.empty()) life.deliver(slow, sent);
    slow = life.take(Time{1h}, 1);
  }
  for (const Sent& one : send_all(life, kLongAfter)) sent.push_back(one);
  EXPECT_EQ(sent.size(), static_cast<std::size_t>(kCount));
  EXPECT_EQ(life.standing().open.size(), 1u) << "read, and not answered";
  EXPECT_LT(life.standing().done, journal_->durable());
  life.deliver(slow, sent);
  EXPECT_EQ(life.standing().done, journal_->durable());
  EXPECT_TRUE(send_all(life, kLongAfter).empty());
  expect_books_close(sent.size(), sent.size());
}

TEST_F(CatchUpTest, WhatComesWhileTheTargetIsAwayTakesThePlaceOfWhatWasNewest) {
  append("a", test::kNoon);
  append("a", test::kNoon + 1000);
  wait_durable();
  Life life(*journal_, {}, ledger_);
  life.turn(kLongAfter);
  const Jobs refused = life.take(Time{1h}, 1);
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0]->fix.time_ms, test::kNoon + 1000);
  life.window().retry(refused, Time{1h});
  append("a", test::kNoon + 2000);
  wait_durable();
  std::vector<Sent> sent = send_all(life, kLongAfter);
  EXPECT_EQ(sent,
            (std::vector<Sent>{{"a", test::kNoon + 2000}, {"a", test::kNoon}, {"a", test::kNoon + 1000}}));
}

TEST_F(CatchUpTest, AClockInTheFutureMakesNoPositionTheNewest) {
  append("a", test::kNoon);
  append("a", kLongAfter * 2);
  append("a", test::kNoon + 1000);
  wait_durable();
  Life life(*journal_, {}, ledger_);
  const auto sent = send_all(life, kLongAfter);
  EXPECT_EQ(sent, (std::vector<Sent>{{"a", test::kNoon + 1000}, {"a", test::kNoon}, {"a", kLongAfter * 2}}));
}

TEST_F(CatchUpTest, ADayOfOutageIsSentOnce) {
  constexpr int kDevices = 20;
  constexpr int kEach = 24 * 60;  // one a minute
  for (int i = 0; i < kEach; ++i) {
    for (int device = 0; device < kDevices; ++device) {
      append("device " + std::to_string(device), test::kNoon + i * 60000LL);
    }
  }
  wait_durable();
  Life life(*journal_, {}, ledger_);
  const auto sent = send_all(life, test::kNoon + 48LL * 3600 * 1000);
  ASSERT_EQ(sent.size(), static_cast<std::size_t>(kDevices) * kEach);
  for (std::size_t i = 0; i < kDevices; ++i) {
    EXPECT_EQ(sent[i].time_ms, test::kNoon + (kEach - 1) * 60000LL) << sent[i].device;
  }
  std::map<std::string, std::int64_t> last;
  for (std::size_t i = kDevices; i < sent.size(); ++i) {
    EXPECT_LT(last[sent[i].device], sent[i].time_ms);
    last[sent[i].device] = sent[i].time_ms;
  }
  expect_books_close(sent.size(), sent.size());
}

// Any arrivals, answers, rounds and crashes without loss of the books.
TEST(CatchUpProperty, EachPositionIsDeliveredOnceAndTheBooksClose) {
  EXPECT_TRUE(rc::check([] {
    const auto devices = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 4));
    const auto acts = *rc::gen::container<std::vector<int>>(100, rc::gen::inRange(0, 6));
    const auto most = *rc::gen::inRange<std::size_t>(1, 4);
    test::MemoryDisk disk;
    std::unique_ptr<journal::Journal> journal;
    journal::Options options;
    options.consumers = {"test"};
    RC_ASSERT(journal::Journal::open(test::open_memory_folder(disk), options, journal).ok());
    journal->start();
    Ledger ledger;
    auto life = std::make_unique<Life>(*journal, Standing{}, ledger);
    std::vector<Sent> sent;
    std::vector<Jobs> under_way;
    std::size_t written = 0;
    std::int64_t now_ms = kLongAfter;
    Time now{1h};
    for (std::size_t turn = 0; sent.size() < devices.size(); ++turn, now += 1s, now_ms += 100000) {
      RC_ASSERT(turn < 5000u);
      const int act = turn < acts.size() ? acts[turn] : 0;
      if (written < devices.size()) {
        const StoredRecord record =
            test::fix_record(std::to_string(devices[written]),
                             test::fix_at(test::kNoon + static_cast<std::int64_t>(written) * 1000));
        std::string stored;
        RecordEncoder().encode(record.head, record.messages, {}, stored);
        std::uint64_t end = 0;
        RC_ASSERT(journal->append(test::bytes_of(stored), 1, end) == journal::Append::kAccepted);
        while (journal->durable_position() < end) journal->wait_durable(end - 1, 1s);
        ++written;
      }
      if (act != 5) life->turn(now_ms);  // 5: what comes is not read yet
      Jobs batch = life->take(now, most);
      if (!batch.empty()) under_way.push_back(batch);
      if (under_way.empty()) continue;
      if (act == 3) continue;
      if (act == 4) {  // the process ends; what is under way is unanswered
        const Standing standing = life->standing();
        under_way.clear();
        life = std::make_unique<Life>(*journal, standing, ledger);
        continue;
      }
      const Jobs answered = under_way.front();
      under_way.erase(under_way.begin());
      if (act == 1) {
        life->window().retry(answered, now + 2s);
      } else if (act == 2 && answered.size() > 1) {
        life->window().split(answered);
      } else {
        life->deliver(answered, sent);
      }
    }
    life->turn(now_ms);
    std::set<std::pair<std::string, std::int64_t>> distinct;
    for (const Sent& one : sent) distinct.emplace(one.device, one.time_ms);
    RC_ASSERT(distinct.size() == devices.size());
    RC_ASSERT(ledger.totals().read == devices.size());
    RC_ASSERT(ledger.totals().delivered == devices.size());
    RC_ASSERT(life->standing().done == journal->durable());
    RC_ASSERT(life->standing().ahead.empty());
  }));
}

}  // namespace
}  // namespace rastro::forward
