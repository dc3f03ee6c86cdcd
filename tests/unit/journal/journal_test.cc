#include "pipeline/journal/journal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "pipeline/journal/consumer.h"
#include "pipeline/journal/crc32c.h"
#include "pipeline/journal/cursor_file.h"
#include "pipeline/journal/log_format.h"
#include "tests/support/memory_folder.h"

namespace rastro::journal {
namespace {

using namespace std::chrono_literals;
using test::MemoryDisk;

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
std::string text_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

struct Read {
  std::vector<std::string> payloads;
  std::uint64_t damaged = 0;
  Cursor end;
};

Read read_all(MemoryDisk& disk) {
  auto folder = test::open_memory_folder(disk);
  Reader reader(*folder, 0);
  Read read;
  for (;;) {
    switch (reader.next(Reader::kNoLimit)) {
      case ReadOutcome::kRecord:
        read.payloads.push_back(text_of(reader.record().payload));
        read.end = reader.record().end;
        break;
      case ReadOutcome::kDamage:
        read.damaged += reader.damage().to - reader.damage().from;
        break;
      default:
        return read;
    }
  }
}

class JournalTest : public ::testing::Test {
 protected:
  JournalTest() { options_.consumers = {"slow"}; }  // one that never reports: nothing is removed

  void open() {
    journal_.reset();
    const IoStatus status = Journal::open(test::open_memory_folder(disk_), options_, journal_);
    ASSERT_TRUE(status.ok()) << status.detail;
    journal_->start();
  }

  // Appends and waits until it is durable.
  void write(const std::string& payload, std::uint32_t units = 1) {
    std::uint64_t end = 0;
    ASSERT_EQ(journal_->append(bytes_of(payload), units, end), Append::kAccepted);
    for (int i = 0; i < 500 && journal_->durable_position() < end; ++i)
      journal_->wait_durable(end - 1, 100ms);
    ASSERT_GE(journal_->durable_position(), end);
  }

  void wait_for(State state) {
    for (int i = 0; i < 500 && journal_->state() != state; ++i) std::this_thread::sleep_for(10ms);
    ASSERT_EQ(journal_->state(), state);
  }

  test::MemoryFile& segment(std::uint64_t position) { return disk_.files.at(segment_name(position)); }

  MemoryDisk disk_;
  Options options_;
  std::unique_ptr<Journal> journal_;
};

TEST(Crc32c, HasTheCheckValueOfItsDocument) {
  EXPECT_EQ(crc32c(bytes_of("123456789")), 0xE3069283u) << "RFC 3720 B.4";
  EXPECT_EQ(crc32c_portable(bytes_of("123456789")), 0xE3069283u);
  std::string longer(1000, 'x');
  for (std::size_t i = 0; i < longer.size(); ++i) longer[i] = static_cast<char>(i * 7);
  for (std::size_t size = 0; size < 64; ++size) {
    const ByteView part = bytes_of(longer).subspan(size % 9, size);
    EXPECT_EQ(crc32c(part), crc32c_portable(part));
  }
  EXPECT_EQ(crc32c(bytes_of("456789"), crc32c(bytes_of("123"))), 0xE3069283u) << "continued";
}

TEST(LogFormat, NamesSegmentsByPosition) {
  EXPECT_EQ(segment_name(40), "00000000000000000040.journal");
  EXPECT_EQ(segment_position("00000000000000000040.journal"), 40u);
  EXPECT_FALSE(segment_position("forwarder.cursor"));
  EXPECT_FALSE(segment_position("0000000000000000004x.journal"));
}

TEST(LogFormat, IsThatOfTheDocumentsExample) {
  std::vector<std::uint8_t> record;
  append_record({}, 2, bytes_of("hi"), record);
  EXPECT_EQ(record.size(), 40u);
  EXPECT_EQ(record[4], 2) << "length";
  EXPECT_EQ(record[24], 2) << "units";
  EXPECT_EQ(record[32], 'h');
}

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

TEST_F(JournalTest, LosesNothingDurableInAPowerCutWhateverIsTornBehindIt) {
  for (std::size_t torn = 0; torn < 100; ++torn) {
    disk_.files.clear();
    open();
    write("durable");
    journal_->stop();
    // A batch that was being written when the power went: half of it may be on the disk.
    std::vector<std::uint8_t> half;
    append_record(journal_->durable(), 1, bytes_of("never acknowledged"), half);
    auto& file = segment(0);
    file.bytes.insert(file.bytes.end(), half.begin(), half.end());
    journal_.reset();
    disk_.cut_power(torn);
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
    auto& torn = disk_.files[segment_name(end)];
    torn.bytes.assign(size, 0x52);
    torn.name_synced = true;
    open();
    EXPECT_EQ(journal_->durable_position(), end);
    EXPECT_EQ(journal_->durable().units, 2u);
  }
}

TEST_F(JournalTest, EveryFlippedBitIsDetectedAndCostsAtMostItsOwnRecord) {
  options_.segment_size = 160;
  open();
  for (int i = 0; i < 6; ++i) write("payload " + std::to_string(i));
  journal_->stop();
  ASSERT_GT(journal_->health().segments, 1u);
  const auto pristine = disk_.files;
  const std::vector<std::string> all = read_all(disk_).payloads;
  for (const auto& [name, file] : pristine) {
    for (std::size_t bit = kSegmentHeaderSize * 8; bit < file.bytes.size() * 8; ++bit) {
      disk_.files[name].bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      const Read read = read_all(disk_);
      const std::size_t lost = all.size() - read.payloads.size();
      ASSERT_EQ(lost, 1u) << name << " bit " << bit;
      for (const auto& payload : read.payloads) ASSERT_NE(std::ranges::find(all, payload), all.end());
      disk_.files[name] = file;
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
  segment(0).bytes[kSegmentHeaderSize + stored_size(3) + kRecordHeaderSize] ^= 1;
  open();
  write("four");
  journal_->stop();
  const Read read = read_all(disk_);
  EXPECT_EQ(read.payloads, (std::vector<std::string>{"one", "three", "four"}));
  EXPECT_EQ(read.damaged, stored_size(3));
  EXPECT_EQ(read.end.units, 4u) << "the lost one is still counted";
}

TEST_F(JournalTest, AFailedSyncIsFinal) {
  open();
  write("one");
  disk_.fail_sync_in = 1;
  std::uint64_t end = 0;
  ASSERT_EQ(journal_->append(bytes_of("two"), 1, end), Append::kAccepted);
  wait_for(State::kFailed);
  EXPECT_LT(journal_->durable_position(), end) << "nobody may be told";
  EXPECT_EQ(journal_->append(bytes_of("three"), 1, end), Append::kFailed);
  EXPECT_FALSE(journal_->health().reason.empty());
}

TEST_F(JournalTest, AFailedWriteIsFinal) {
  open();
  disk_.fail_append_in = 1;
  std::uint64_t end = 0;
  ASSERT_EQ(journal_->append(bytes_of("two"), 1, end), Append::kAccepted);
  wait_for(State::kFailed);
  EXPECT_EQ(journal_->durable_position(), 0u);
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

TEST_F(JournalTest, AConsumerSeesOnlyWhatIsDurableAndCanRewind) {
  options_.consumers = {"c"};
  open();
  Consumer consumer(*journal_, "c", {});
  EXPECT_EQ(consumer.next(0ms), nullptr);
  write("one");
  write("two");
  const RecordView* record = consumer.next(1000ms);
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(text_of(record->payload), "one");
  consumer.commit(record->end);
  record = consumer.next(1000ms);
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(text_of(record->payload), "two");
  consumer.rewind();
  record = consumer.next(1000ms);
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(text_of(record->payload), "two") << "back to what is committed";
}

TEST_F(JournalTest, AConsumerFollowsOverSegmentsWhileTheyGrow) {
  options_.segment_size = 300;
  options_.consumers = {"c"};
  open();
  Consumer consumer(*journal_, "c", {});
  constexpr int kRecords = 500;
  std::thread producer([&] {
    for (int i = 0; i < kRecords; ++i) {
      std::uint64_t end = 0;
      while (journal_->append(bytes_of("record " + std::to_string(i)), 1, end) == Append::kBusy) {
        std::this_thread::yield();
      }
    }
  });
  for (int i = 0; i < kRecords; ++i) {
    const RecordView* record = consumer.next(5000ms);
    ASSERT_NE(record, nullptr) << i;
    ASSERT_EQ(text_of(record->payload), "record " + std::to_string(i));
    ASSERT_EQ(record->begin.units, static_cast<std::uint64_t>(i));
  }
  producer.join();
  EXPECT_EQ(consumer.damaged_bytes(), 0u);
}

TEST_F(JournalTest, ACursorFileSurvivesAndItsDamageIsSaid) {
  auto folder = test::open_memory_folder(disk_);
  Cursor cursor{1, 1};
  ASSERT_TRUE(load_cursor(*folder, "forwarder", cursor).ok());
  EXPECT_EQ(cursor, Cursor{}) << "none yet: the beginning";
  ASSERT_TRUE(save_cursor(*folder, "forwarder", {4096, 77}).ok());
  disk_.cut_power();
  ASSERT_TRUE(load_cursor(*folder, "forwarder", cursor).ok());
  EXPECT_EQ(cursor, (Cursor{4096, 77}));
  disk_.files["forwarder.cursor"].bytes[9] ^= 1;
  EXPECT_EQ(load_cursor(*folder, "forwarder", cursor).error, IoError::kFailed);
}

TEST(PosixFolder, HoldsAJournalAndLetsNobodyElseIn) {
  const std::string path = ::testing::TempDir() + "rastro-journal-" + std::to_string(::getpid());
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Folder> folder;
  ASSERT_TRUE(open_posix_folder(path, true, folder).ok());
  ASSERT_TRUE(Journal::open(std::move(folder), {}, journal).ok());
  journal->start();
  std::uint64_t end = 0;
  ASSERT_EQ(journal->append(bytes_of("on a real disk"), 1, end), Append::kAccepted);
  journal->stop();
  EXPECT_EQ(journal->durable_position(), end) << "stop() writes what was accepted";

  std::unique_ptr<Journal> second;
  ASSERT_TRUE(open_posix_folder(path, false, folder).ok());
  EXPECT_EQ(Journal::open(std::move(folder), {}, second).error, IoError::kLocked);

  journal.reset();
  ASSERT_TRUE(open_posix_folder(path, false, folder).ok());
  Reader reader(*folder, 0);
  ASSERT_EQ(reader.next(Reader::kNoLimit), ReadOutcome::kRecord);
  EXPECT_EQ(text_of(reader.record().payload), "on a real disk");
  std::filesystem::remove_all(path);
}

TEST(PosixFolder, ThatCannotBeIsOneClearSentence) {
  std::unique_ptr<Folder> folder;
  const IoStatus status = open_posix_folder("/proc/rastro", true, folder);
  EXPECT_FALSE(status.ok());
  EXPECT_NE(status.detail.find("/proc/rastro"), std::string::npos);
}

}  // namespace
}  // namespace rastro::journal
