// Every bit of a small journal flipped, every file of it cut at every byte: read as it is, and after it was
// opened and appended to.
#include <algorithm>

#include "pipeline/journal/consumer.h"
#include "tests/unit/journal/journal_fixture.h"

namespace rastro::journal {
namespace {

class JournalFlips : public JournalTest {
 protected:
  // Segments of two records, and of one in the end.
  void SetUp() override {
    options_.segment_size = 100;
    open_threadless();
    for (int i = 0; i < 5; ++i) write_threadless("payload " + std::to_string(i));
    end_ = journal_->durable();
    journal_.reset();
    pristine_ = disk_.contents();
    all_ = read_all(disk_).payloads;
    ASSERT_EQ(pristine_.size(), 3u);
    ASSERT_EQ(all_.size(), 5u);
  }

  // Calls check(file, bit) with each bit of each file flipped.
  template <typename Check>
  void for_each_flip(Check check) {
    for (const auto& [name, bytes] : pristine_) {
      for (std::size_t bit = 0; bit < bytes.size() * 8 && !HasFatalFailure(); ++bit) {
        disk_.reset(pristine_);
        test::MemoryDisk::Bytes flipped = bytes;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        disk_.put(name, flipped);
        SCOPED_TRACE(name + " bit " + std::to_string(bit));
        check(name, bit);
      }
    }
  }

  // That `read` has what was appended, in order, but for `lost` records at most.
  void expect_all_but(std::size_t lost, const std::vector<std::string>& read) {
    ASSERT_GE(read.size() + lost, all_.size());
    auto from = all_.begin();
    for (const std::string& payload : read) {
      from = std::find(from, all_.end(), payload);
      ASSERT_NE(from, all_.end()) << payload;
      ++from;
    }
  }

  test::MemoryDisk::Contents pristine_;
  std::vector<std::string> all_;
  Cursor end_;
};

TEST_F(JournalFlips, AFlippedBitIsSeenAndCostsAtMostItsOwnRecord) {
  for_each_flip([&](const std::string& name, std::size_t bit) {
    const Read read = read_all(disk_);
    const bool in_header = bit < kSegmentHeaderSize * 8;
    expect_all_but(in_header ? 0 : 1, read.payloads);
    const bool last_record = !in_header && name == pristine_.rbegin()->first;
    EXPECT_EQ(read.damages, last_record ? 0u : 1u) << "the last record looks like one that was never whole";
    EXPECT_EQ(read.payloads.size(), in_header ? 5u : 4u);
  });
}

TEST_F(JournalFlips, AfterAFlippedBitWhatIsAppendedReachesWhoHadReadEverythingAndWhoReadsAnew) {
  for_each_flip([&](const std::string&, std::size_t bit) {
    open_threadless();
    ASSERT_GE(journal_->durable().position, end_.position) << "no position is used twice";
    write_threadless("new");
    journal_.reset();
    open_threadless();
    write_threadless("newer");
    Consumer consumer(*journal_, "c", end_);
    for (const char* payload : {"new", "newer"}) {
      const RecordView* record = consumer.next(std::chrono::milliseconds(0));
      ASSERT_NE(record, nullptr);
      EXPECT_EQ(text_of(record->payload), payload);
    }
    EXPECT_EQ(consumer.damaged_bytes(), 0u);
    Read read = read_all(disk_);
    ASSERT_GE(read.payloads.size(), 6u);
    EXPECT_EQ(read.payloads.back(), "newer");
    read.payloads.resize(read.payloads.size() - 2);
    expect_all_but(bit < kSegmentHeaderSize * 8 ? 0 : 1, read.payloads);
  });
}

// What stood behind the cut is lost, and nothing else. Of the last file nobody can tell that it was longer.
TEST_F(JournalFlips, AFileThatIsCutKeepsWhatStandsBeforeTheCut) {
  for (const auto& [name, bytes] : pristine_) {
    const bool is_last = name == pristine_.rbegin()->first;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      SCOPED_TRACE(name + " of " + std::to_string(size) + " bytes");
      disk_.reset(pristine_);
      disk_.put(name, {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)});
      constexpr std::size_t kStored = stored_size(9);
      const std::size_t records = (bytes.size() - kSegmentHeaderSize) / kStored;
      const std::size_t kept = size < kSegmentHeaderSize ? 0 : (size - kSegmentHeaderSize) / kStored;
      for (const bool reopened : {false, true}) {
        Read read = read_all(disk_);
        EXPECT_GE(read.damages, is_last ? 0u : 1u);
        if (reopened) read.payloads.pop_back();
        expect_all_but(records - kept, read.payloads);
        if (reopened) break;
        open_threadless();
        write_threadless("new");
        journal_.reset();
      }
    }
  }
}

}  // namespace
}  // namespace rastro::journal
