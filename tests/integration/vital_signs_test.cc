// What the service manager's watchdog is told by: a thread that hangs is seen, one that has nothing to do is
// not taken for one.
#include "gateway/service/vital_signs.h"

#include <condition_variable>

#include "tests/integration/dispatch_fixture.h"
#include "tests/support/child_process.h"

namespace rastro {
namespace {

// A door at which a thread waits.
class Door {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [&] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

class VitalSignsTest : public Dispatch {
 protected:
  bool moves() { return signs_.find_hanging().empty(); }
  bool says(const std::string& what) {
    return test::eventually([&] { return signs_.find_hanging().starts_with(what); });
  }

  VitalSigns signs_{*journal_, std::span(&shard_, 1)};
};

TEST_F(VitalSignsTest, AnIdleGatewayMoves) {
  journal_->start();
  EXPECT_TRUE(moves());
  EXPECT_TRUE(test::eventually([&] { return moves(); }));
}

TEST_F(VitalSignsTest, AShardThatDoesNotAnswerHangsUntilItDoes) {
  journal_->start();
  const auto door = std::make_shared<Door>();
  asio::post(shard_->io(), [door] { door->wait(); });
  EXPECT_TRUE(says("a thread that serves devices hangs"));
  door->open();
  EXPECT_TRUE(test::eventually([&] { return moves(); }));
}

TEST_F(VitalSignsTest, AJournalWhoseSyncDoesNotComeBackHangsUntilItDoes) {
  const auto door =
      std::make_shared<Door>();  // the journal syncs until its end, which comes later than this one's
  disk_.slow_sync = [door] { door->wait(); };
  journal_->start();
  std::uint64_t end = 0;
  const std::array<std::uint8_t, 1> payload = {1};
  ASSERT_EQ(journal_->append(payload, 1, end), journal::Append::kAccepted);
  EXPECT_TRUE(says("the journal's thread hangs"));
  door->open();
  EXPECT_TRUE(test::eventually([&] { return moves(); }));
}

TEST_F(VitalSignsTest, AJournalThatHasFailedIsNoneThatMoves) {
  disk_.fault = [](test::Call call, const std::string&) {
    return call == test::Call::kSync ? journal::IoError::kFailed : journal::IoError::kNone;
  };
  journal_->start();
  std::uint64_t end = 0;
  const std::array<std::uint8_t, 1> payload = {1};
  ASSERT_EQ(journal_->append(payload, 1, end), journal::Append::kAccepted);
  EXPECT_TRUE(says("the journal has failed: "));
}

}  // namespace
}  // namespace rastro
