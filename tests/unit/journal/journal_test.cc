// Appending: what comes back, in which order, and what the journal does when it is full.
#include "pipeline/journal/journal.h"

#include "tests/unit/journal/journal_fixture.h"

namespace rastro::journal {
namespace {

using namespace std::chrono_literals;

TEST_F(JournalTest, GivesBackWhatWasAppendedInOrder) {
  open();
  for (int i = 0; i < 100; ++i) write("record " + std::to_string(i), 3);
  journal_->stop();
  const Read read = read_all(disk_);
  ASSERT_EQ(read.payloads.size(), 100u);
  EXPECT_EQ(read.payloads[42], "record 42");
  EXPECT_EQ(read.end.units, 300u);
  EXPECT_EQ(read.damaged, 0u);
}

TEST_F(JournalTest, GoesOnWhereItEndedAfterARestart) {
  open();
  write("one", 2);
  open();
  EXPECT_EQ(journal_->durable().units, 2u);
  write("two", 5);
  journal_->stop();
  EXPECT_EQ(read_all(disk_).payloads, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(read_all(disk_).end.units, 7u);
}

TEST_F(JournalTest, EmptyPayloadsAndPayloadsOfEveryAlignmentComeBack) {
  open();
  for (std::size_t size = 0; size < 20; ++size) write(std::string(size, 'x'));
  journal_->stop();
  const Read read = read_all(disk_);
  ASSERT_EQ(read.payloads.size(), 20u);
  for (std::size_t size = 0; size < 20; ++size) EXPECT_EQ(read.payloads[size].size(), size);
}

TEST_F(JournalTest, BeginsANewSegmentAboveTheSegmentSize) {
  options_.segment_size = 200;
  open();
  for (int i = 0; i < 20; ++i) write("a payload of some length");
  EXPECT_GT(journal_->health().segments, 3u);
  journal_->stop();
  EXPECT_EQ(read_all(disk_).payloads.size(), 20u);
}

TEST_F(JournalTest, AFullDiskHealsWhenThereIsSpaceAgain) {
  open();
  write("one");
  {
    const std::lock_guard lock(disk_.mutex);
    disk_.capacity = disk_.used() + 10;
  }
  std::uint64_t end = 0;
  ASSERT_EQ(journal_->append(bytes_of("two"), 1, end), Append::kAccepted);
  wait_for(State::kFull);
  EXPECT_LT(journal_->durable_position(), end);
  std::uint64_t ignored = 0;
  EXPECT_EQ(journal_->append(bytes_of("three"), 1, ignored), Append::kFull);
  {
    const std::lock_guard lock(disk_.mutex);
    disk_.capacity = SIZE_MAX;
  }
  wait_for(State::kOpen);
  EXPECT_GE(journal_->durable_position(), end) << "what was accepted is not lost";
  journal_->stop();
  EXPECT_EQ(read_all(disk_).payloads, (std::vector<std::string>{"one", "two"}));
}

TEST_F(JournalTest, ReachingTheQuotaStopsItUntilConsumersHaveRead) {
  options_.segment_size = 200;
  options_.quota = 1000;
  options_.consumers = {"postgis"};
  open();
  std::uint64_t end = 0;
  for (int i = 0; i < 1000 && journal_->state() == State::kOpen; ++i) {
    journal_->append(bytes_of("a payload of some length"), 1, end);
    journal_->wait_durable(end - 1, 100ms);
  }
  wait_for(State::kFull);
  EXPECT_EQ(journal_->append(bytes_of("x"), 1, end), Append::kFull);
  journal_->set_consumed("postgis", journal_->durable());
  wait_for(State::kOpen);
}

TEST_F(JournalTest, KeepsSegmentsUntilTheSlowestConsumerIsDone) {
  options_.segment_size = 200;
  options_.keep_size = 0;
  options_.consumers = {"postgis", "forwarder"};
  open();
  for (int i = 0; i < 20; ++i) write("a payload of some length");
  const auto segments = journal_->health().segments;
  journal_->set_consumed("postgis", journal_->durable());
  write("x");
  EXPECT_GE(journal_->health().segments, segments) << "the forwarder has not reported";
  journal_->set_consumed("forwarder", journal_->durable());
  for (int i = 0; i < 300 && journal_->health().segments > 2; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_LE(journal_->health().segments, 2u);
}

TEST_F(JournalTest, SaysBusyInsteadOfGrowing) {
  options_.max_pending = 1000;
  journal_.reset();
  ASSERT_TRUE(Journal::open(test::open_memory_folder(disk_), options_, journal_)
                  .ok());  // not started: nothing drains
  std::uint64_t end = 0;
  Append last = Append::kAccepted;
  for (int i = 0; i < 100 && last == Append::kAccepted; ++i)
    last = journal_->append(bytes_of("0123456789"), 1, end);
  EXPECT_EQ(last, Append::kBusy);
  EXPECT_LE(end, 1000u);
}

}  // namespace
}  // namespace rastro::journal
