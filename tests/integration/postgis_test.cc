// The schema and the fix store against a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "pipeline/postgis/fix_reader.h"
#include "pipeline/postgis/fix_store.h"
#include "pipeline/postgis/migrations.h"
#include "tests/support/cutting_relay.h"
#include "tests/support/store_fixture.h"

namespace rastro::postgis {
namespace {

using journal::Cursor;
using test::CuttingRelay;
using test::describe;
using test::fix_at;
using test::fix_record;
using test::kNoon;
using test::RecordBuilder;
using test::records;
using test::TestDatabase;

constexpr std::string_view kImei = "352093086403655";

class Store : public test::StoreFixture {};

TEST_F(Store, KeepsEveryColumnOfAFix) {
  Fix fix = fix_at(kNoon + 1, 0xFEDCBA9876543210);
  fix.altitude_m = -12.5;
  fix.course_deg = 359.5;
  raise(fix.alarms, Alarm::kSos);
  EXPECT_EQ(
      write(records(RecordBuilder(kImei, kNoon + 2000).fix(fix, {{"driver_id", "caf\xC3\xA9"}}).build())),
      "1 fixes, 0 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(database_.value(R"(
      SELECT concat_ws(' ', d.imei, d.status, d.serial_number, fix_time AT TIME ZONE 'UTC', received_at AT TIME ZONE 'UTC',
        record_hash, altitude_m, speed_kmh, course_deg, satellites, p.name, valid, ST_AsEWKT(position), attributes)
      FROM rastro.fix JOIN rastro.device d ON d.id = device_id JOIN rastro.protocol p ON p.id = protocol)"),
            "352093086403655 pending 352093086403655 2026-11-24 12:00:00.001 2026-11-24 12:00:02 "
            "-81985529216486896 "
            "-12.5 42 359.5 9 teltonika t SRID=4326;POINT(-58.3816 -34.6037) "
            "{\"alarms\": [\"sos\"], \"driver_id\": \"caf\xC3\xA9\"}");
}

TEST_F(Store, ReadsBackWhatItWrote) {
  Fix bare;
  bare.time_ms = kNoon + 5;
  bare.record_hash = std::numeric_limits<std::uint64_t>::max();
  write(records(RecordBuilder(kImei).fix(bare, {}).fix(fix_at(kNoon)).build()));
  FixReader reader(database_.url());
  const auto fixes = reader.read(1, kNoon, kNoon + 6, 10);
  ASSERT_TRUE(fixes) << fixes.error().sentence;
  ASSERT_EQ(fixes->size(), 2u);
  EXPECT_EQ((*fixes)[0].time_ms, kNoon);
  EXPECT_EQ((*fixes)[0].latitude_deg, -34.6037);
  EXPECT_EQ((*fixes)[0].longitude_deg, -58.3816);
  EXPECT_EQ((*fixes)[0].speed_kmh, 42);
  EXPECT_EQ((*fixes)[0].satellites, 9);
  EXPECT_EQ((*fixes)[0].attributes, R"({"ignition": true})");
  EXPECT_TRUE((*fixes)[0].valid);
  EXPECT_FALSE((*fixes)[1].valid);
  EXPECT_EQ((*fixes)[1].latitude_deg, std::nullopt);
  EXPECT_EQ((*fixes)[1].speed_kmh, std::nullopt);
  EXPECT_EQ((*fixes)[1].record_hash, bare.record_hash);
  EXPECT_EQ(reader.read(1, kNoon, kNoon + 5, 10)->size(), 1u);
  EXPECT_EQ(reader.read(1, 0, std::numeric_limits<std::int64_t>::max(), 1)->size(), 1u);
}

TEST_F(Store, KeepsThePlaceOfAnInvalidFixWhenItCanExist) {
  Fix last_known = fix_at(kNoon, 1);
  last_known.valid = false;
  Fix nowhere = fix_at(kNoon, 2);
  nowhere.latitude_deg = nowhere.longitude_deg = 0;
  Fix outside = fix_at(kNoon, 3);
  outside.longitude_deg = 181;
  Fix not_a_number = fix_at(kNoon, 4);
  not_a_number.latitude_deg = std::numeric_limits<double>::quiet_NaN();
  write(records(RecordBuilder(kImei).fix(last_known).fix(nowhere).fix(outside).fix(not_a_number).build()));
  EXPECT_EQ(
      database_.value("SELECT string_agg(record_hash || ' ' || valid || ' ' || (position IS NULL), ', ' "
                      "ORDER BY record_hash) FROM rastro.fix"),
      "1 false false, 2 false true, 3 false true, 4 false true");
}

TEST_F(Store, KeepsMessagesAndDeadLetters) {
  Message message;
  message.type = MessageType::kCommandReply;
  message.code = 0x15;
  message.serial = std::uint16_t{65535};
  raise(message.alarms, Alarm::kPowerCut);
  message.text = "version 1";
  const std::string raw("\x78\x00\xFF", 3);
  EXPECT_EQ(write(records(
                RecordBuilder(kImei)
                    .raw(raw)
                    .message(message, {{"battery_v", 3.9}}, {{722, 310, 1, 2, std::nullopt}}, {{1, {}, "x"}})
                    .dead_letter("bad_record", raw)
                    .build())),
            "0 fixes, 0 duplicates, 1 messages, 1 dead");
  EXPECT_EQ(
      database_.value("SELECT concat_ws(' ', device_id, type, code, serial, text, raw, attributes, "
                      "cells->0->'mcc', wifi->0->'ssid') FROM rastro.message"),
      R"(1 command_reply 21 65535 version 1 \x7800ff {"alarms": ["power_cut"], "battery_v": 3.9} 722 "x")");
  EXPECT_EQ(database_.value("SELECT concat_ws(' ', device_id, reason, decoder_version, raw, content IS NULL) "
                            "FROM rastro.dead_letter"),
            R"(1 bad_record 3 \x7800ff t)");
}

TEST_F(Store, KeepsARecordOnceHoweverOftenItIsSent) {
  EXPECT_EQ(write(records(fix_record(kImei, fix_at(kNoon)), fix_record(kImei, fix_at(kNoon)))),
            "1 fixes, 1 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(write(records(fix_record(kImei, fix_at(kNoon)), fix_record(kImei, fix_at(kNoon + 1)))),
            "1 fixes, 1 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(write(records(fix_record(kImei, fix_at(kNoon)), fix_record(kImei, fix_at(kNoon + 1)))),
            "0 fixes, 2 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(write(records(fix_record(kImei, fix_at(kNoon + 2)))),
            "1 fixes, 0 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(write(records(fix_record(kImei, fix_at(kNoon + 2)))),
            "0 fixes, 1 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(count("fix"), "3");
}

// Longer than what goes to the server in one piece, with the duplicate near the front.
TEST_F(Store, KeepsALargeBatchOnce) {
  std::vector<StoredRecord> batch;
  for (int i = 0; i < 3000; ++i) batch.push_back(fix_record(kImei, fix_at(kNoon + i)));
  EXPECT_EQ(write(batch), "3000 fixes, 0 duplicates, 0 messages, 0 dead");
  batch.push_back(fix_record(kImei, fix_at(kNoon + 3000)));
  EXPECT_EQ(write(batch), "1 fixes, 3000 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(count("fix"), "3001");
}

TEST_F(Store, KeepsTwoDifferentRecordsOfOneSecond) {
  EXPECT_EQ(write(records(fix_record(kImei, fix_at(kNoon, 1)), fix_record(kImei, fix_at(kNoon, 2)))),
            "2 fixes, 0 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(count("fix"), "2");
}

TEST_F(Store, MovesTheCursorWithTheRows) {
  write(records(fix_record(kImei, fix_at(kNoon))));
  write(records(fix_record(kImei, fix_at(kNoon))));  // through the staging table
  FixStore other({.url = database_.url()});
  EXPECT_EQ(other.load_cursor().value(), next_);
}

TEST_F(Store, WritesNothingBeforeTheCursorIsLoaded) {
  FixStore other({.url = database_.url()});
  EXPECT_EQ(other.write({}, {1, 0}).error().kind, FailureKind::kCursorMoved);
}

TEST_F(Store, NoticesAnotherWriter) {
  FixStore other({.url = database_.url()});
  ASSERT_TRUE(other.load_cursor());
  write(records(fix_record(kImei, fix_at(kNoon))));
  const auto outcome = other.write(records(fix_record(kImei, fix_at(kNoon + 1))), {7, 1});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, FailureKind::kCursorMoved);
  EXPECT_EQ(other.write({}, {8, 1}).error().kind, FailureKind::kCursorMoved);
  EXPECT_EQ(other.load_cursor().value(), next_);
  EXPECT_EQ(count("fix"), "1");
}

TEST_F(Store, LosesAndDoublesNothingWhenTheConnectionDiesInABatch) {
  write(records(fix_record(kImei, fix_at(kNoon))));
  // The batch itself kills its connection, after the rows went in.
  database_.value(R"(
    CREATE FUNCTION rastro.die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
      $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
    CREATE TRIGGER die AFTER UPDATE ON rastro.consumer_cursor FOR EACH ROW EXECUTE FUNCTION rastro.die())");
  const auto batch = records(fix_record("1", fix_at(kNoon)), fix_record(kImei, fix_at(kNoon + 1)));
  next_ = {2, 3};
  const auto failed = store_.write(batch, next_);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, FailureKind::kUnavailable) << failed.error().sentence;
  EXPECT_EQ(count("fix"), "1");
  EXPECT_EQ(count("device"), "1");
  database_.value("DROP TRIGGER die ON rastro.consumer_cursor");
  EXPECT_EQ(describe(store_.write(batch, next_)), "2 fixes, 0 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(count("fix"), "3");
  EXPECT_EQ(count("device"), "2");
}

class CommitInDoubt : public Store, public testing::WithParamInterface<CuttingRelay::Cut> {};

TEST_P(CommitInDoubt, IsDecidedByTheCursor) {
  CuttingRelay relay(database_.socket());
  const std::string name = database_.value("SELECT current_database()");
  FixStore store({.url = "postgresql:///" + name + "?user=rastro&port=5432&host=" + relay.host()});
  ASSERT_TRUE(store.load_cursor());
  const auto batch = records(RecordBuilder(kImei).fix(fix_at(kNoon)).message(MessageType::kStatus).build());
  relay.cut(GetParam());
  const auto doubtful = store.write(batch, {1, 2});
  ASSERT_FALSE(doubtful);
  EXPECT_EQ(doubtful.error().kind, FailureKind::kInDoubt) << doubtful.error().sentence;
  EXPECT_EQ(describe(store.write(batch, {1, 2})), "1 fixes, 0 duplicates, 1 messages, 0 dead");
  EXPECT_EQ(count("fix"), "1");
  EXPECT_EQ(count("message"), "1");
  EXPECT_EQ(describe(store.write(records(fix_record(kImei, fix_at(kNoon + 1))), {2, 3})),
            "1 fixes, 0 duplicates, 0 messages, 0 dead");
}

TEST_P(CommitInDoubt, LetsNoOtherBatchInItsPlace) {
  CuttingRelay relay(database_.socket());
  const std::string name = database_.value("SELECT current_database()");
  FixStore store({.url = "postgresql:///" + name + "?user=rastro&port=5432&host=" + relay.host()});
  ASSERT_TRUE(store.load_cursor());
  const auto one = records(RecordBuilder(kImei).message(MessageType::kStatus).build());
  const auto two = records(RecordBuilder(kImei).message(MessageType::kStatus).build(),
                           RecordBuilder(kImei).message(MessageType::kStatus).build());
  relay.cut(GetParam());
  ASSERT_FALSE(store.write(one, {1, 1}));
  const auto regrouped = store.write(two, {2, 2});
  if (GetParam() == CuttingRelay::Cut::kAfterCommit) {
    EXPECT_EQ(regrouped.error().kind, FailureKind::kCursorMoved);
    EXPECT_EQ(store.load_cursor().value(), (Cursor{1, 1}));
  } else {
    EXPECT_EQ(describe(regrouped), "0 fixes, 0 duplicates, 2 messages, 0 dead");
  }
}

INSTANTIATE_TEST_SUITE_P(Cut, CommitInDoubt,
                         testing::Values(CuttingRelay::Cut::kBeforeCommit, CuttingRelay::Cut::kAfterCommit),
                         [](const auto& test) {
                           return test.param == CuttingRelay::Cut::kBeforeCommit ? "before" : "after";
                         });

TEST_F(Store, NeverLetsTheLastFixGoBack) {
  const std::string last =
      "SELECT extract(epoch FROM fix_time)::bigint - 1795521600 FROM rastro.device_last_fix";
  write(records(fix_record(kImei, fix_at(kNoon + 10'000))));
  EXPECT_EQ(database_.value(last), "10");
  write(records(fix_record(kImei, fix_at(kNoon + 5'000))));
  EXPECT_EQ(database_.value(last), "10");
  write(
      records(fix_record(kImei, fix_at(kNoon + 3'600'000 * 25))));  // more than a day ahead of its reception
  EXPECT_EQ(database_.value(last), "10");
  Fix invalid = fix_at(kNoon + 20'000);
  invalid.valid = false;
  write(records(fix_record(kImei, invalid)));
  EXPECT_EQ(database_.value(last), "10");
  write(records(fix_record(kImei, fix_at(kNoon + 30'000)), fix_record(kImei, fix_at(kNoon + 20'000))));
  EXPECT_EQ(database_.value(last), "30");
  EXPECT_EQ(count("device_last_fix"), "1");
}

struct TimeCase {
  std::string_view name;
  std::int64_t time_ms;
  std::string_view table;
};

class OddTime : public Store, public testing::WithParamInterface<TimeCase> {};

TEST_P(OddTime, GoesToItsPlaceAndIsFoundAgain) {
  EXPECT_EQ(write(records(fix_record(kImei, fix_at(GetParam().time_ms)))),
            "1 fixes, 0 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(write(records(fix_record(kImei, fix_at(GetParam().time_ms)))),
            "0 fixes, 1 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(database_.value("SELECT tableoid::regclass FROM rastro.fix"), GetParam().table);
  EXPECT_EQ(database_.value("SELECT rastro.maintain_partitions()"), "t");
  EXPECT_EQ(database_.value("SELECT tableoid::regclass FROM rastro.fix"), GetParam().table);
  FixReader reader(database_.url());
  const auto fixes =
      reader.read(1, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), 10);
  ASSERT_TRUE(fixes) << fixes.error().sentence;
  ASSERT_EQ(fixes->size(), 1u);
  EXPECT_EQ((*fixes)[0].time_ms, GetParam().time_ms);
}

INSTANTIATE_TEST_SUITE_P(
    All, OddTime,
    testing::Values(TimeCase{"epoch", 0, "rastro.fix_default"},
                    TimeCase{"before_the_epoch", -1, "rastro.fix_default"},
                    TimeCase{"week_rollover_2007", 1176000000000, "rastro.fix_default"},
                    TimeCase{"last_moment_before_the_window", 1420070399999, "rastro.fix_default"},
                    TimeCase{"first_moment_of_the_window", 1420070400000, "rastro.fix_p2015_01"},
                    TimeCase{"last_moment_of_a_month", 1590969599999, "rastro.fix_p2020_05"},
                    TimeCase{"year_2094", 3913056000000, "rastro.fix_default"},
                    TimeCase{"year_10000", 253402300800000, "rastro.fix_default"},
                    TimeCase{"last_that_can_be_stored", 9224318015999999, "rastro.fix_default"},
                    TimeCase{"first_that_can_be_stored", -210866803200000, "rastro.fix_default"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(Store, MakesADeadLetterOfATimeThatCannotBeStored) {
  EXPECT_EQ(write(records(fix_record(kImei, fix_at(std::numeric_limits<std::int64_t>::max())),
                          fix_record(kImei, fix_at(kNoon)))),
            "1 fixes, 0 duplicates, 0 messages, 1 dead");
  EXPECT_EQ(database_.value("SELECT reason || ' ' || (content->>'time_ms') FROM rastro.dead_letter"),
            "time_out_of_range 9223372036854775807");
}

TEST_F(Store, MovesRowsOutOfTheDefaultWhenTheirMonthGetsAPartition) {
  // As if a clock that ran ahead had been stored before its month came near.
  write(records(fix_record(kImei, fix_at(kNoon))));
  database_.value(
      "INSERT INTO rastro.fix_default SELECT device_id, '2019-03-05', received_at, 9, altitude_m, speed_kmh, "
      "course_deg, satellites, protocol, valid, position, attributes FROM rastro.fix");
  EXPECT_EQ(write(records(fix_record(kImei, fix_at(1552000000000)))),
            "1 fixes, 0 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.fix_p2019_03"), "2");
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.fix_default"), "0");
}

TEST_F(Store, PutsRowsIntoTheDefaultWhileALockForbidsAPartition) {
  auto reader = Connection::open(database_.url());
  ASSERT_TRUE(reader->run("BEGIN; LOCK TABLE rastro.fix_default IN ACCESS SHARE MODE"));
  EXPECT_EQ(write(records(fix_record(kImei, fix_at(1552000000000)))),
            "1 fixes, 0 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(database_.value("SELECT tableoid::regclass FROM rastro.fix"), "rastro.fix_default");
  reader->roll_back();
  EXPECT_EQ(write(records(fix_record(kImei, fix_at(1552000000001)))),
            "1 fixes, 0 duplicates, 0 messages, 0 dead");
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.fix_p2019_03"), "2");
}

TEST_F(Store, TakesTextThatIsNoText) {
  const std::string bad(
      "\xFF"
      "a\0b\xC3",
      5);
  Message message;
  message.type = MessageType::kInformation;
  message.text = bad;
  EXPECT_EQ(write(records(RecordBuilder(bad)
                              .fix(fix_at(kNoon), {{"driver_id", std::string_view(bad)}})
                              .message(message, {{"text", std::string_view(bad)}}, {}, {{1, {}, bad}})
                              .dead_letter("bad_record", bad)
                              .build_unstored())),
            "1 fixes, 0 duplicates, 1 messages, 1 dead");
  EXPECT_EQ(database_.value("SELECT text FROM rastro.message"), "\uFFFDa\uFFFDb\uFFFD");
}

TEST_F(Store, TakesNumbersAtTheirLimits) {
  Fix fix = fix_at(kNoon);
  fix.altitude_m = std::numeric_limits<double>::max();
  fix.speed_kmh = std::numeric_limits<double>::denorm_min();
  fix.course_deg = std::numeric_limits<double>::infinity();
  fix.satellites = std::uint8_t{255};
  fix.alarms = AlarmSet(~0ULL);
  EXPECT_EQ(write(records(RecordBuilder(kImei)
                              .fix(fix, {{"big", std::numeric_limits<std::uint64_t>::max()},
                                         {"huge", std::numeric_limits<double>::max()},
                                         {"none", std::numeric_limits<double>::quiet_NaN()}})
                              .build())),
            "1 fixes, 0 duplicates, 0 messages, 0 dead");
}

TEST_F(Store, EntersNewDevicesAsThePolicySays) {
  write(records(fix_record("1", fix_at(kNoon)), fix_record("1", fix_at(kNoon + 1)),
                fix_record("2", fix_at(kNoon))));
  FixStore accepting({.url = database_.url(), .new_devices = NewDevices::kActive});
  ASSERT_TRUE(accepting.load_cursor());
  write(accepting, records(fix_record("2", fix_at(kNoon + 1)), fix_record("3", fix_at(kNoon))));
  EXPECT_EQ(
      database_.value("SELECT string_agg(imei || ' ' || status, ', ' ORDER BY imei) FROM rastro.device"),
      "1 pending, 2 pending, 3 active");
}

TEST_F(Store, KeepsWhatHasNoDevice) {
  EXPECT_EQ(write(records(RecordBuilder("")
                              .fix(fix_at(kNoon))
                              .message(MessageType::kUnknown)
                              .dead_letter("bad_crc", "x")
                              .build())),
            "0 fixes, 0 duplicates, 1 messages, 2 dead");
  EXPECT_EQ(count("device"), "0");
}

TEST_F(Store, BuriesWhatTheDatabaseRefuses) {
  const auto batch =
      records(RecordBuilder(kImei).raw("frame").fix(fix_at(kNoon)).message(MessageType::kUnknown).build());
  EXPECT_EQ(describe(store_.bury(batch, {1, 2}, "refused_by_database")),
            "0 fixes, 0 duplicates, 0 messages, 2 dead");
  EXPECT_EQ(database_.value("SELECT reason || ' ' || raw FROM rastro.dead_letter LIMIT 1"),
            R"(refused_by_database \x6672616d65)");
}

TEST_F(Store, SaysWhatKindOfTroubleItIs) {
  EXPECT_EQ(FixStore({.url = "postgresql:///x?host=/nowhere"}).load_cursor().error().kind,
            FailureKind::kUnavailable);
  std::string stranger = database_.url();
  stranger.replace(stranger.rfind("rastro"), 6, "stranger");
  EXPECT_EQ(FixStore({.url = stranger}).load_cursor().error().kind, FailureKind::kRefused);
  const TestDatabase empty(false);
  EXPECT_EQ(FixStore({.url = empty.url()}).load_cursor().error().kind, FailureKind::kSchema);
  database_.value("ALTER TABLE rastro.fix ADD CONSTRAINT no CHECK (speed_kmh < 10) NOT VALID");
  EXPECT_THAT(write(records(fix_record(kImei, fix_at(kNoon)))), testing::StartsWith("data: "));
  EXPECT_EQ(find_failure_kind("53100"), FailureKind::kDiskFull);
  EXPECT_EQ(find_failure_kind("57P03"), FailureKind::kUnavailable);
}

}  // namespace
}  // namespace rastro::postgis
