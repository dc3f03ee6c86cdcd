// Frames that nobody could read, and their replacement by what a later decoder reads, on a real server.
#include "pipeline/postgis/kept_frames.h"

#include <gmock/gmock.h>

#include "tests/support/store_fixture.h"

namespace rastro::postgis {
namespace {

using test::fix_at;
using test::kNoon;
using test::RecordBuilder;
using test::records;

constexpr std::string_view kImei = "352093086403655";
constexpr const char* kConsumer = "postgis";

class KeptFramesTest : public test::StoreFixture {
 protected:
  static StoredRecord unread() {
    return RecordBuilder(kImei)
        .raw("the frame")
        .message(MessageType::kUnknown)
        .dead_letter("bad_record", "frame")
        .build();
  }
  static StoredRecord read(std::int64_t time_ms = kNoon) {
    return RecordBuilder(kImei)
        .raw("the frame")
        .fix(fix_at(time_ms))
        .message(MessageType::kHeartbeat)
        .build();
  }
  std::string rows() {
    return count("fix") + " fixes, " + count("message") + " messages, " + count("dead_letter") +
           " dead letters";
  }
  std::string replace(const std::vector<StoredRecord>& before, const std::vector<StoredRecord>& after) {
    KeptFrames frames(database_.url());
    if (const auto begun = frames.begin(journal::kUnnamed, kConsumer); !begun) return begun.error().sentence;
    const auto replaced = frames.replace(before, after);
    if (!replaced) return replaced.error().sentence;
    if (const auto committed = frames.commit(); !committed) return committed.error().sentence;
    return rows();
  }
};

TEST_F(KeptFramesTest, AreFoundWithAllThatDecodingNeeds) {
  write(records(unread(), read()));
  const auto found = KeptFrames(database_.url()).unread(4);
  ASSERT_TRUE(found) << found.error().sentence;
  ASSERT_EQ(found->size(), 2u) << "a dead letter and a message of unknown type; the others were read";
  for (const KeptFrame& frame : *found) {
    EXPECT_EQ(frame.protocol, "teltonika");
    EXPECT_EQ(frame.imei, kImei);
    EXPECT_EQ(frame.received_ms, kNoon);
    EXPECT_EQ(frame.decoder_version, 3u);
    EXPECT_EQ(frame.frame, "the frame");
    EXPECT_EQ(frame.raw, frame.reason.empty() ? "" : "frame");
  }
  EXPECT_EQ(KeptFrames(database_.url()).unread(3)->size(), 0u) << "decoded by this version already";
}

TEST_F(KeptFramesTest, GiveWayToWhatIsReadOfThemNow) {
  write(records(unread()));
  EXPECT_EQ(rows(), "0 fixes, 1 messages, 1 dead letters");
  EXPECT_EQ(replace(records(unread()), records(read())), "1 fixes, 1 messages, 0 dead letters");
  EXPECT_EQ(database_.value("SELECT type FROM rastro.message"), "heartbeat");
  EXPECT_EQ(count("device_last_fix"), "1") << "it is where the device is now";
  EXPECT_EQ(replace(records(unread()), records(read())), "1 fixes, 1 messages, 0 dead letters")
      << "again: the same";
}

TEST_F(KeptFramesTest, MoveAFixThatHasAnotherTimeNow) {
  write(records(read(kNoon)));
  EXPECT_EQ(replace(records(read(kNoon)), records(read(kNoon - 3600'000))),
            "1 fixes, 1 messages, 0 dead letters");
  EXPECT_EQ(
      database_.value("SELECT fix_time = timestamptz '2026-11-24 11:00:00+00' FROM rastro.device_last_fix"),
      "t");
}

TEST_F(KeptFramesTest, ChangeNothingUntilTheyAreCommitted) {
  write(records(unread()));
  {
    KeptFrames frames(database_.url());
    ASSERT_TRUE(frames.begin(journal::kUnnamed, kConsumer));
    const auto before = records(unread());
    const auto after = records(read());
    ASSERT_TRUE(frames.replace(before, after));
    EXPECT_EQ(rows(), "0 fixes, 1 messages, 1 dead letters");
  }
  EXPECT_EQ(rows(), "0 fixes, 1 messages, 1 dead letters") << "given up without a commit";
}

TEST_F(KeptFramesTest, LeaveOtherFramesAlone) {
  write(records(unread(), RecordBuilder("1").raw("the frame").dead_letter("bad_record", "frame").build(),
                RecordBuilder(kImei, kNoon + 1).raw("the frame").dead_letter("bad_record", "frame").build(),
                RecordBuilder(kImei).raw("other").dead_letter("bad_record", "other").build()));
  EXPECT_EQ(replace(records(unread()), records(read())), "1 fixes, 1 messages, 3 dead letters");
}

TEST_F(KeptFramesTest, KnowHowFarTheRowsHaveCome) {
  write(records(unread()));
  const auto cursor = KeptFrames(database_.url()).stored_up_to(journal::kUnnamed, kConsumer);
  ASSERT_TRUE(cursor) << cursor.error().sentence;
  EXPECT_EQ(cursor->position, 1u);
}

}  // namespace
}  // namespace rastro::postgis
