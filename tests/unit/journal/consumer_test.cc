// Those who read the journal while it grows, and how far they have come.
#include "pipeline/journal/consumer.h"

#include "pipeline/journal/cursor_file.h"
#include "tests/unit/journal/journal_fixture.h"

namespace rastro::journal {
namespace {

using namespace std::chrono_literals;

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

// It has read to the end of what was the last segment when it was entered, and cannot see whether there is
// another.
TEST_F(JournalTest, AFolderThatCannotBeListedForAMomentCostsAConsumerNothing) {
  options_.segment_size = 100;
  options_.consumers = {"c"};
  open();
  Consumer consumer(*journal_, "c", {});
  write("one");
  ASSERT_NE(consumer.next(0ms), nullptr);
  for (const char* payload : {"two", "three", "four"}) write(payload);
  fail(test::Call::kList);
  EXPECT_NE(consumer.next(0ms), nullptr) << "two stands in the same segment";
  EXPECT_EQ(consumer.next(0ms), nullptr);
  EXPECT_FALSE(consumer.status().ok());
  const RecordView* record = consumer.next(0ms);
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(text_of(record->payload), "three");
  EXPECT_EQ(consumer.damaged_bytes(), 0u);
}

// Cut where the name is new and the folder not synced, and then at every step of the next save. Where a
// rename is not one step on the disk, both names may be of the one file after the first cut.
TEST_F(JournalTest, ACursorFileIsTheOldOneOrTheNewOneWhereverTheSaveIsCut) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    test::MemoryDisk disk(seed);
    const auto save = [&](std::uint64_t position) {
      return save_cursor(*test::open_memory_folder(disk), "c", {position, 0}).ok();
    };
    ASSERT_TRUE(save(1));
    const std::uint64_t steps = disk.steps;
    disk.put("c.cursor.new", {});  // of a save that was cut before
    for (const std::uint64_t cut_at : {steps, 1 + seed % steps}) {
      disk.cut_at_step = disk.steps + cut_at;
      ASSERT_FALSE(save(2));
      disk.switch_on(test::Survives::kBySeed);
      std::optional<Cursor> cursor;
      const IoStatus loaded = load_cursor(*test::open_memory_folder(disk), "c", cursor);
      ASSERT_TRUE(loaded.ok()) << loaded.detail << ", seed " << seed;
      ASSERT_TRUE(cursor && (cursor->position == 1 || cursor->position == 2)) << "seed " << seed;
    }
  }
}

TEST_F(JournalTest, ACursorFileSurvivesAndItsDamageIsSaid) {
  auto folder = test::open_memory_folder(disk_);
  std::optional<Cursor> cursor{{1, 1}};
  ASSERT_TRUE(load_cursor(*folder, "forwarder", cursor).ok());
  EXPECT_FALSE(cursor) << "none yet";
  ASSERT_TRUE(save_cursor(*folder, "forwarder", {4096, 77}).ok());
  disk_.lose_power();
  folder = test::open_memory_folder(disk_);
  ASSERT_TRUE(load_cursor(*folder, "forwarder", cursor).ok());
  EXPECT_EQ(cursor, (Cursor{4096, 77}));
  disk_.bytes("forwarder.cursor")[9] ^= 1;
  EXPECT_EQ(load_cursor(*folder, "forwarder", cursor).error, IoError::kFailed);
}

}  // namespace
}  // namespace rastro::journal
