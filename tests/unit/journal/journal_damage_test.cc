// What is lost, and what is not, when the power goes, a bit flips, or the disk fails.
#include <algorithm>

#include "tests/unit/journal/journal_fixture.h"

namespace rastro::journal {
namespace {

TEST_F(JournalTest, LosesNothingDurableInAPowerCutWhateverIsTornBehindIt) {
  for (std::size_t torn = 0; torn < 100; ++torn) {
    journal_.reset();
    disk_.reset({});
    open();
    write("durable");
    journal_->stop();
    // A batch that was being written when the power went: half of it may be on the disk.
    std::vector<std::uint8_t> half;
    append_record(journal_->durable(), 1, bytes_of("never acknowledged"), half);
    const std::size_t kept = std::min(torn, half.size());
    journal_.reset();
    segment(0).insert(segment(0).end(), half.begin(), half.begin() + static_cast<std::ptrdiff_t>(kept));
    open();
    write("later");
    journal_->stop();
    const Read read = read_all(disk_);
    const bool whole = torn >= half.size();
    ASSERT_EQ(read.payloads.size(), whole ? 3u : 2u) << torn;
    ASSERT_EQ(read.payloads.front(), "durable");
    ASSERT_EQ(read.payloads.back(), "later");
    ASSERT_EQ(read.damaged, 0u) << "a torn tail is an end, not damage";
  }
}

TEST_F(JournalTest, SurvivesAPowerCutWhileASegmentIsMade) {
  options_.segment_size = 100;
  open();
  write("first");
  write("second");
  journal_->stop();
  const std::uint64_t end = journal_->durable_position();
  for (const std::size_t size : {0U, 5U, 31U}) {
    journal_.reset();
    disk_.put(segment_name(end), test::MemoryDisk::Bytes(size, 0x52));
    open();
    EXPECT_EQ(journal_->durable_position(), end);
    EXPECT_EQ(journal_->durable().units, 2u);
  }
}

// A disk may give a file that grew the blocks of one that was removed, with their bytes.
TEST_F(JournalTest, AnotherSegmentsHeaderInAFileIsNone) {
  options_.segment_size = 100;
  open();
  write("first");
  write("second");
  journal_->stop();
  const Cursor end = journal_->durable();
  std::vector<std::uint8_t> header;
  append_segment_header({8, 1}, header);
  journal_.reset();
  disk_.put(segment_name(end.position), header);
  open();
  EXPECT_EQ(journal_->durable(), end);
  write("third");
  journal_->stop();
  EXPECT_EQ(read_all(disk_).payloads, (std::vector<std::string>{"first", "second", "third"}));
}

TEST_F(JournalTest, EveryFlippedBitIsDetectedAndCostsAtMostItsOwnRecord) {
  options_.segment_size = 160;
  open();
  for (int i = 0; i < 6; ++i) write("payload " + std::to_string(i));
  journal_->stop();
  ASSERT_GT(journal_->health().segments, 1u);
  const auto pristine = disk_.contents();
  const std::vector<std::string> all = read_all(disk_).payloads;
  for (const auto& [name, file] : pristine) {
    for (std::size_t bit = kSegmentHeaderSize * 8; bit < file.size() * 8; ++bit) {
      disk_.bytes(name)[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      const Read read = read_all(disk_);
      const std::size_t lost = all.size() - read.payloads.size();
      ASSERT_EQ(lost, 1u) << name << " bit " << bit;
      for (const auto& payload : read.payloads) ASSERT_NE(std::ranges::find(all, payload), all.end());
      disk_.bytes(name) = file;
    }
  }
}

TEST_F(JournalTest, DamageInTheMiddleOfTheLastSegmentIsNoTornTail) {
  open();
  write("one");
  write("two");
  write("three");
  journal_->stop();
  journal_.reset();
  segment(0)[kSegmentHeaderSize + stored_size(3) + kRecordHeaderSize] ^= 1;
  open();
  write("four");
  journal_->stop();
  const Read read = read_all(disk_);
  EXPECT_EQ(read.payloads, (std::vector<std::string>{"one", "three", "four"}));
  EXPECT_EQ(read.damaged, stored_size(3));
  EXPECT_EQ(read.end.units, 4u) << "the lost one is still counted";
}

TEST_F(JournalTest, SegmentsThatWereFreedLeaveNoHoleWhenTheyComeBackAfterAPowerCut) {
  options_.segment_size = 100;
  options_.keep_size = 0;
  for (int round = 0; round < 50; ++round) {
    disk_.reset({});
    open_threadless();
    for (int i = 0; i < 10; ++i) write_threadless("a payload of some length");
    journal_->set_consumed("slow", journal_->durable());
    disk_.cut_at_step = disk_.steps + 1 + static_cast<std::uint64_t>(round) % 16;
    journal_->turn();
    disk_.lose_power(test::Survives::kBySeed);
    open_threadless();
    Reader reader(journal_->folder(), journal_->first().position);
    while (reader.next(journal_->durable_position()) == ReadOutcome::kRecord) continue;
    EXPECT_EQ(reader.position(), journal_->durable_position()) << "round " << round;
  }
}

TEST_F(JournalTest, ASegmentThatIsGoneAlreadyHoldsTheOthersNotBack) {
  options_.segment_size = 100;
  options_.keep_size = 0;
  open_threadless();
  for (int i = 0; i < 10; ++i) write_threadless("a payload of some length");
  ASSERT_TRUE(journal_->folder().remove(segment_name(0)).ok());
  journal_->set_consumed("slow", journal_->durable());
  journal_->turn();
  EXPECT_EQ(journal_->health().segments, 1u);
}

TEST_F(JournalTest, AFailedSyncIsFinal) {
  open();
  write("one");
  fail(test::Call::kSync);
  std::uint64_t end = 0;
  ASSERT_EQ(journal_->append(bytes_of("two"), 1, end), Append::kAccepted);
  wait_for(State::kFailed);
  EXPECT_LT(journal_->durable_position(), end) << "nobody may be told";
  EXPECT_EQ(journal_->append(bytes_of("three"), 1, end), Append::kFailed);
  EXPECT_FALSE(journal_->health().reason.empty());
}

// Linux drops what it could not write, keeps it in its cache as if written, and lets the next sync succeed.
TEST_F(JournalTest, WhatIsReadAfterAFailedSyncAndARestartIsOnTheDisk) {
  open();
  write("one");
  fail(test::Call::kSync);
  std::uint64_t end = 0;
  ASSERT_EQ(journal_->append(bytes_of("two"), 1, end), Append::kAccepted);
  wait_for(State::kFailed);
  journal_.reset();
  disk_.fault = nullptr;
  open();
  ASSERT_EQ(journal_->durable_position(), end) << "a consumer may read it";
  journal_.reset();
  disk_.lose_power();
  open();
  EXPECT_EQ(journal_->durable_position(), end);
}

TEST_F(JournalTest, WhatABrokenOffOpeningOrFreeingLeftIsRemoved) {
  const std::vector<std::string> left = {segment_name(4000) + ".new", segment_name(3000) + ".gone"};
  for (const std::string& name : left) disk_.put(name, test::MemoryDisk::Bytes(100));
  open();
  for (const std::string& name : left) EXPECT_FALSE(disk_.contents().contains(name)) << name;
}

TEST_F(JournalTest, OpensWithoutSpaceForASecondFile) {
  open();
  write("one");
  segment(0).resize(segment(0).size() + 20);
  journal_.reset();
  disk_.capacity = disk_.used();
  open();
  EXPECT_EQ(journal_->durable().units, 1u);
  EXPECT_EQ(disk_.contents().size(), 1u);
  disk_.capacity = SIZE_MAX;
  write("two");
  EXPECT_EQ(read_all(disk_).payloads, (std::vector<std::string>{"one", "two"}));
}

TEST_F(JournalTest, AFailedWriteIsFinal) {
  open();
  fail(test::Call::kAppend);
  std::uint64_t end = 0;
  ASSERT_EQ(journal_->append(bytes_of("two"), 1, end), Append::kAccepted);
  wait_for(State::kFailed);
  EXPECT_EQ(journal_->durable_position(), 0u);
}

}  // namespace
}  // namespace rastro::journal
