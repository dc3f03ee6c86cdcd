// Files that devices send in parts, put together by a real server; and the clock of a device that is
// corrected after some of its records were stored.
#include <gmock/gmock.h>

#include "tests/support/store_fixture.h"

namespace rastro::postgis {
namespace {

using test::fix_at;
using test::fix_record;
using test::kNoon;
using test::RecordBuilder;
using test::records;

constexpr std::string_view kImei = "352093086403655";

class Media : public test::StoreFixture {
 protected:
  // A part of a photo of ten bytes.
  static StoredRecord part(std::uint32_t offset, std::string_view data, std::uint64_t file = 7,
                           std::string_view expected = {}, std::int64_t received_ms = kNoon) {
    MediaPart media;
    media.kind = "photo";
    media.file = file;
    media.total_bytes = 10;
    media.offset = offset;
    media.data = test::bytes_of(data);
    media.expected = test::bytes_of(expected);
    Message message;
    message.type = MessageType::kMedia;
    return RecordBuilder(kImei, received_ms).media(message, media).raw("frame").build();
  }
  std::string files(const std::string& state) {
    return database_.value("SELECT count(*) FROM rastro.media WHERE state = '" + state + "'");
  }
  std::string content() {
    return database_.value("SELECT convert_from(content, 'UTF8') FROM rastro.media WHERE state = 'complete'");
  }
};

TEST_F(Media, IsPutTogetherInWhateverOrderItsPartsCome) {
  EXPECT_EQ(write(records(part(4, "efg"), part(0, "abcd"))), "0 fixes, 0 duplicates, 2 messages, 0 dead");
  EXPECT_EQ(files("receiving"), "1");
  write(records(part(7, "hij")));
  EXPECT_EQ(content(), "abcdefghij");
  EXPECT_EQ(count("media_part"), "0");
  EXPECT_EQ(database_.value("SELECT intact IS NULL FROM rastro.media"), "t") << "nothing to check it by";
}

TEST_F(Media, IsOneFileHoweverOftenItsPartsCome) {
  write(records(part(0, "abcde"), part(0, "abcde"), part(5, "fghij")));
  write(records(part(0, "abcde"), part(5, "fghij")));
  EXPECT_EQ(count("media"), "1");
  EXPECT_EQ(content(), "abcdefghij");
}

TEST_F(Media, OfTheSameNumberWithAnotherContentIsAnotherFile) {
  write(records(part(0, "abcde"), part(5, "fghij")));
  write(records(part(0, "ABCDE"), part(5, "FGHIJ")));
  EXPECT_EQ(files("complete"), "2");
}

TEST_F(Media, TakesPartsThatOverlap) {
  write(records(part(0, "abcdef"), part(3, "defghij")));
  EXPECT_EQ(content(), "abcdefghij");
}

TEST_F(Media, OutsideItsFileIsNoPartOfIt) {
  write(records(part(8, "xyz"), part(0, "")));
  EXPECT_EQ(count("media"), "0");
  EXPECT_EQ(count("message"), "2") << "the messages stand all the same";
}

TEST_F(Media, SaysWhetherItIsIntact) {
  const std::string md5_of_content("\xa9\x25\x57\x69\x42\xe9\x4b\x2e\xf5\x7a\x06\x61\x01\xb4\x88\x76", 16);
  write(records(part(0, "abcdefghij", 1, md5_of_content)));
  write(records(part(0, "abcdefghiX", 2, md5_of_content)));
  write(records(part(0, "abcdefghij", 3, "\x12\x34")));
  EXPECT_EQ(database_.value(
                "SELECT string_agg(coalesce(intact::text, 'unknown'), ' ' ORDER BY file) FROM rastro.media"),
            "true false unknown");
}

TEST_F(Media, UnderWayIsBounded) {
  for (std::uint64_t file = 0; file < 20; ++file)
    write(records(part(0, "abc", file, {}, kNoon + static_cast<std::int64_t>(file))));
  EXPECT_EQ(files("receiving"), "8");
  EXPECT_EQ(files("abandoned"), "12");
  EXPECT_EQ(count("media_part"), "8");
  EXPECT_EQ(database_.value("SELECT min(file) FROM rastro.media WHERE state = 'receiving'"), "12");
}

TEST_F(Media, KeepsItsBytesOnce) {
  write(records(part(0, "abcdefghij")));
  EXPECT_EQ(database_.value("SELECT raw IS NULL FROM rastro.message"), "t");
}

class CorrectedClock : public test::StoreFixture {};

TEST_F(CorrectedClock, MovesARecordThatWasStoredBefore) {
  const Fix before = fix_at(kNoon + 8 * 3600'000, 11);
  write(records(fix_record(kImei, before)));
  Fix after = fix_at(kNoon, 11);
  after.reported_time_ms = before.time_ms;
  EXPECT_EQ(write(records(fix_record(kImei, after))), "1 fixes, 0 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(count("fix"), "1") << "the same bytes are one row";
  EXPECT_EQ(database_.value("SELECT fix_time = timestamptz '2026-11-24 12:00:00+00' FROM rastro.fix"), "t");
  EXPECT_EQ(database_.value("SELECT attributes->>'reported_time' FROM rastro.fix"),
            "2026-11-24T20:00:00.000Z");
}

TEST_F(CorrectedClock, LeavesOtherRecordsOfThatTimeAlone) {
  write(records(fix_record(kImei, fix_at(kNoon + 8 * 3600'000, 12)),
                fix_record("1", fix_at(kNoon + 8 * 3600'000, 11))));
  Fix after = fix_at(kNoon, 11);
  after.reported_time_ms = kNoon + 8 * 3600'000;
  write(records(fix_record(kImei, after)));
  EXPECT_EQ(count("fix"), "3");
}

TEST_F(CorrectedClock, SentAgainIsADuplicate) {
  Fix fix = fix_at(kNoon, 11);
  fix.reported_time_ms = kNoon + 8 * 3600'000;
  write(records(fix_record(kImei, fix)));
  EXPECT_EQ(write(records(fix_record(kImei, fix))), "0 fixes, 1 duplicates, 0 messages, 0 dead");
}

}  // namespace
}  // namespace rastro::postgis
