// The mark of a clean end: believed when it fits, passed over when it does not, and never left by an end that
// was not clean.
#include "pipeline/journal/clean_end.h"

#include "tests/unit/journal/journal_fixture.h"

namespace rastro::journal {
namespace {

constexpr const char* kMark = "clean";

class CleanEnd : public JournalTest {
 protected:
  // The calls on segments that an opening makes.
  std::size_t segment_calls(test::Call call) {
    std::size_t calls = 0;
    {
      const std::lock_guard lock(disk_.mutex);
      disk_.fault = [&, call](test::Call now, const std::string& file) {
        if (now == call && file.find(".journal") != std::string::npos) ++calls;
        return IoError::kNone;
      };
    }
    open_threadless();
    const std::lock_guard lock(disk_.mutex);
    disk_.fault = nullptr;
    return calls;
  }
  bool marked() { return disk_.contents().contains(kMark); }
  void write_and_stop() {
    open();
    write("one", 3);
    write("two", 4);
    end_ = journal_->durable();
    journal_->stop();
    journal_.reset();
  }

  Cursor end_;
};

TEST_F(CleanEnd, MakesTheNextStartReadAndWriteNoSegment) {
  write_and_stop();
  ASSERT_TRUE(marked());
  EXPECT_EQ(segment_calls(test::Call::kRead), 0U);
  EXPECT_EQ(journal_->durable(), end_);
  EXPECT_FALSE(marked()) << "it holds for one start";
  write_threadless("three");
  journal_.reset();
  EXPECT_EQ(read_all(disk_).payloads, (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_GT(segment_calls(test::Call::kRead), 0U) << "this end was not clean";
}

TEST_F(CleanEnd, OfAFreshJournalIsOneToo) {
  open();
  journal_->stop();
  EXPECT_EQ(segment_calls(test::Call::kRead), 0U);
  EXPECT_EQ(journal_->durable(), Cursor{});
}

TEST_F(CleanEnd, ThatDoesNotFitTheFileIsPassedOver) {
  write_and_stop();
  auto& file = segment(0);
  file.insert(file.end(), 77, 0x11);
  EXPECT_GT(segment_calls(test::Call::kRead), 0U);
  EXPECT_GT(journal_->health().torn_bytes, 0U);
}

TEST_F(CleanEnd, ThatIsDamagedIsPassedOver) {
  write_and_stop();
  const test::MemoryDisk::Contents told = disk_.contents();
  for (std::size_t bit = 0; bit < told.at(kMark).size() * 8; ++bit) {
    disk_.reset(told);
    auto mark = told.at(kMark);
    mark[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    disk_.put(kMark, mark);
    ASSERT_GT(segment_calls(test::Call::kRead), 0U) << "bit " << bit;
    ASSERT_EQ(journal_->durable(), end_);
    journal_.reset();
  }
}

TEST_F(CleanEnd, IsNotMarkedAfterAFailedSync) {
  open();
  write("one");
  fail(test::Call::kSync);
  std::uint64_t end = 0;
  ASSERT_EQ(journal_->append(bytes_of("two"), 1, end), Append::kAccepted);
  wait_for(State::kFailed);
  journal_->stop();
  EXPECT_FALSE(marked());
}

TEST_F(CleanEnd, IsNotMarkedWhileARecordFindsNoSpace) {
  open();
  write("one");
  {
    const std::lock_guard lock(disk_.mutex);
    disk_.capacity = 0;
  }
  std::uint64_t end = 0;
  ASSERT_EQ(journal_->append(bytes_of("two"), 1, end), Append::kAccepted);
  wait_for(State::kFull);
  {
    const std::lock_guard lock(disk_.mutex);
    disk_.capacity = SIZE_MAX;  // for the mark, too late for the record
  }
  journal_->stop();
  EXPECT_TRUE(!marked() || read_all(disk_).payloads.size() == 2) << "marked, and a record waited";
}

TEST_F(CleanEnd, IsNotMarkedByAnObjectThatJustGoes) {
  open();
  write("one");
  journal_.reset();
  EXPECT_FALSE(marked());
}

}  // namespace
}  // namespace rastro::journal
