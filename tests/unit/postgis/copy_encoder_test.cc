#include "pipeline/postgis/copy_encoder.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "pipeline/postgis/batch.h"
#include "pipeline/postgis/copy_rows.h"
#include "pipeline/postgis/utf8.h"
#include "schema/json.h"
#include "tests/support/stored_records.h"

namespace rastro::postgis {
namespace {

using namespace std::string_view_literals;
using test::fix_at;
using test::kNoon;
using test::RecordBuilder;

constexpr std::string_view kHeader = "5047434f50590aff0d0a000000000000000000";

std::string hex(std::string_view bytes) {
  std::string out;
  append_hex(test::bytes_of(bytes), out);
  return out;
}

// What comes after the header.
std::string body(const CopyEncoder& encoder) { return hex(encoder.data().substr(kHeader.size() / 2)); }

TEST(CopyEncoder, BeginsWithTheSignatureAndEndsWithTheTrailer) {
  CopyEncoder encoder;
  encoder.start();
  encoder.finish();
  EXPECT_EQ(hex(encoder.data()), std::string(kHeader) + "ffff");
  EXPECT_EQ(encoder.rows(), 0u);
}

TEST(CopyEncoder, WritesAttributesInTheOrderOfTheServersKeys) {
  CopyEncoder encoder;
  encoder.start();
  constexpr std::array attributes = {Attribute{"speed", std::int64_t{1}}, Attribute{"b", std::int64_t{2}},
                                     Attribute{"ignition", true}, Attribute{"a", std::int64_t{3}},
                                     Attribute{"b", std::int64_t{4}}};
  encoder.add_attributes(attributes, {});
  EXPECT_TRUE(encoder.data().ends_with(R"({"a":3,"b":4,"speed":1,"ignition":true})")) << "of two, the later";
}

TEST(CopyEncoder, TakesNoListOfNamesForTheOneBefore) {
  const Attribute a{"a", std::int64_t{1}};
  const Attribute b{"b", true};
  const Attribute c{"c", std::string_view("x")};
  const struct {
    std::vector<Attribute> attributes;
    std::string_view json;
  } rows[] = {{{a, b}, R"({"a":1,"b":true})"},
              {{b, a}, R"({"a":1,"b":true})"},
              {{b, a}, R"({"a":1,"b":true})"},
              {{b, a, c}, R"({"a":1,"b":true,"c":"x"})"},
              {{c}, R"({"c":"x"})"},
              {{}, "{}"},
              {{a}, R"({"a":1})"}};
  CopyEncoder encoder;
  encoder.start();
  for (const auto& row : rows) {
    encoder.add_attributes(row.attributes, {});
    EXPECT_TRUE(encoder.data().ends_with(row.json)) << row.json;
  }
}

TEST(CopyEncoder, WritesEveryTypeAsTheServerReadsIt) {
  struct Case {
    std::string_view name;
    void (*add)(CopyEncoder&);
    std::string_view expected;
  };
  static constexpr Attribute kAttributes[] = {{"a", true}};
  static constexpr std::uint8_t kBytes[] = {0, 0xFF};
  const Case cases[] = {
      {"null has length -1", [](auto& e) { e.add_null(); }, "ffffffff"},
      {"bigint", [](auto& e) { e.add_bigint(-2); }, "00000008fffffffffffffffe"},
      {"integer", [](auto& e) { e.add_integer(0x01020304); }, "0000000401020304"},
      {"smallint", [](auto& e) { e.add_smallint(-1); }, "00000002ffff"},
      {"real", [](auto& e) { e.add_real(1.5); }, "000000043fc00000"},
      {"no real is null", [](auto& e) { e.add_real(std::nullopt); }, "ffffffff"},
      {"a real too large for its column is null", [](auto& e) { e.add_real(1e300); }, "ffffffff"},
      {"not a number is null", [](auto& e) { e.add_real(std::numeric_limits<double>::quiet_NaN()); },
       "ffffffff"},
      {"boolean", [](auto& e) { e.add_boolean(true); }, "0000000101"},
      {"2000 is the zero of time", [](auto& e) { e.add_time(946684800000); }, "000000080000000000000000"},
      {"time in microseconds", [](auto& e) { e.add_time(946684799999); }, "00000008fffffffffffffc18"},
      {"text", [](auto& e) { e.add_text("\xC3\xA9"); }, "00000002c3a9"},
      {"text with a byte that is no UTF-8", [](auto& e) { e.add_text("a\xFF"); }, "0000000461efbfbd"},
      {"text with a zero byte", [](auto& e) { e.add_text("a\0"sv); }, "0000000461efbfbd"},
      {"bytes", [](auto& e) { e.add_bytes(kBytes); }, "0000000200ff"},
      {"point as EWKB, longitude first", [](auto& e) { e.add_point(2, 1); },
       "000000190101000020e6100000000000000000f03f0000000000000040"},
      {"attributes as jsonb of version 1", [](auto& e) { e.add_attributes(kAttributes, {}); },
       "0000000b017b2261223a747275657d"},
      {"no cells", [](auto& e) { e.add_cells({}); }, "00000003015b5d"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    CopyEncoder encoder;
    encoder.start();
    c.add(encoder);
    EXPECT_EQ(body(encoder), c.expected);
  }
}

TEST(CopyEncoder, WritesCellsAndAccessPointsAsTheDecoderPrintsThem) {
  const Cell cells[] = {{722, 310, 10365, 8120, std::int16_t{-71}}, {722, 310, 1, 2, std::nullopt}};
  const WifiAccessPoint wifi[] = {{0x0A8917449800, std::nullopt, "caf\xC3\xA9"}};
  CopyEncoder encoder;
  encoder.start();
  encoder.add_cells(cells);
  encoder.add_wifi(wifi);
  const std::string text(encoder.data());
  EXPECT_NE(text.find(R"([{"mcc":722,"mnc":310,"lac":10365,"cell":8120,"rssi":-71},)"
                      R"({"mcc":722,"mnc":310,"lac":1,"cell":2,"rssi":null}])"),
            std::string::npos);
  EXPECT_NE(text.find("[{\"mac\":\"0a:89:17:44:98:00\",\"rssi\":null,\"ssid\":\"caf\xC3\xA9\"}]"),
            std::string::npos);
}

TEST(CopyEncoder, KnowsTheTimesThatTimestamptzHolds) {
  EXPECT_TRUE(storable_time(0));
  EXPECT_TRUE(storable_time(9224318015999999));
  EXPECT_FALSE(storable_time(9224318016000000));
  EXPECT_TRUE(storable_time(-210866803200000));
  EXPECT_FALSE(storable_time(-210866803200001));
  EXPECT_FALSE(storable_time(std::numeric_limits<std::int64_t>::max()));
  EXPECT_FALSE(storable_time(std::numeric_limits<std::int64_t>::min()));
}

TEST(Utf8, KeepsWhatIsWellFormedAndReplacesEveryOtherByte) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"plain", "plain"},
      {"\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x9A\x97", "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x9A\x97"},
      {"\xC0\xAF", "??"},            // overlong, 2 bytes
      {"\xE0\x80\xAF", "???"},       // overlong, 3 bytes
      {"\xF0\x80\x80\xAF", "????"},  // overlong, 4 bytes
      {"\xED\xA0\x80", "???"},       // surrogate
      {"\xF4\x90\x80\x80", "????"},  // beyond U+10FFFF
      {"\xE2\x82", "??"},            // cut
      {"\xE2\x82x", "??x"},
      {"\x80", "?"},
      {"a\0b"sv, "a?b"},
  };
  for (const auto& [text, expected] : cases) {
    std::string out;
    append_utf8(text, out);
    for (std::size_t at = 0; (at = out.find("\xEF\xBF\xBD")) != std::string::npos;) out.replace(at, 3, "?");
    EXPECT_EQ(out, expected) << hex(text);
    std::string json;
    append_json_string(text, json);  // the two agree on what is well-formed
    for (std::size_t at = 0; (at = json.find("\xEF\xBF\xBD")) != std::string::npos;) json.replace(at, 3, "?");
    EXPECT_EQ(json, "\"" + std::string(expected) + "\"") << hex(text);
  }
}

TEST(Batch, SortsByKeyAndKeepsTheFirstReceivedOfEqualRecords) {
  const StoredRecord later = RecordBuilder("1").fix(fix_at(2000, 7)).fix(fix_at(1000, 7)).build();
  const StoredRecord again = RecordBuilder("1", kNoon + 1).fix(fix_at(1000, 7)).fix(fix_at(1000, 8)).build();
  Batch batch;
  batch.add(later, 5, 1);
  batch.add(again, 5, 1);
  batch.finish();
  ASSERT_EQ(batch.fixes().size(), 3u);
  EXPECT_EQ(batch.duplicates(), 1u);
  EXPECT_EQ(batch.fixes()[0].fix->time_ms, 1000);
  EXPECT_EQ(batch.fixes()[0].received_ms, kNoon);
  EXPECT_EQ(batch.fixes()[1].fix->record_hash, 8u);
  EXPECT_EQ(batch.fixes()[2].fix->time_ms, 2000);
}

TEST(Batch, ThinksTheNewestFixOfADeviceIsOneThatCanBe) {
  Fix future = fix_at(kNoon + kMaxClockAheadMs + 1, 3);
  Fix invalid = fix_at(kNoon + 500, 4);
  invalid.valid = false;
  Fix nowhere = fix_at(kNoon + 600, 5);
  nowhere.latitude_deg = nowhere.longitude_deg = 0;
  const StoredRecord record = RecordBuilder("1")
                                  .fix(future)
                                  .fix(fix_at(kNoon + 100, 1))
                                  .fix(fix_at(kNoon, 2))
                                  .fix(invalid)
                                  .fix(nowhere)
                                  .build();
  Batch batch;
  batch.add(record, 5, 1);
  batch.finish();
  ASSERT_EQ(batch.newest().size(), 1u);
  EXPECT_EQ(batch.newest()[0].fix->time_ms, kNoon + 100);
}

TEST(Batch, TurnsWhatNoTableTakesIntoDeadLetters) {
  const StoredRecord record = RecordBuilder("1")
                                  .raw("frame")
                                  .fix(fix_at(std::numeric_limits<std::int64_t>::max()))
                                  .message(MessageType::kHeartbeat)
                                  .dead_letter("bad_record", "xx")
                                  .build();
  Batch batch;
  batch.add(record, 5, 1);
  batch.add(record, std::nullopt, 1);
  batch.finish();
  EXPECT_TRUE(batch.fixes().empty());
  EXPECT_EQ(batch.messages().size(), 2u);
  ASSERT_EQ(batch.dead_letters().size(), 4u);
  EXPECT_EQ(batch.dead_letters()[0].reason, "time_out_of_range");
  EXPECT_EQ(batch.dead_letters()[0].content,
            R"({"time_ms":9223372036854775807,"valid":true,"latitude":-34.6037,"longitude":-58.3816,)"
            R"("speed_kmh":42,"satellites":9,"attributes":{"ignition":true}})");
  EXPECT_EQ(batch.dead_letters()[1].reason, "bad_record");
  EXPECT_EQ(batch.dead_letters()[2].reason, "no_device");
}

TEST(Batch, AccountsForEveryUnit) {
  const StoredRecord record = RecordBuilder("1")
                                  .fix(fix_at(1))
                                  .fix(fix_at(1))
                                  .message(MessageType::kStatus)
                                  .dead_letter("bad_record", "x")
                                  .build();
  const std::uint32_t units = count_units(record.messages, record.dead_letters.size());
  for (const std::string_view bury : {"", "refused_by_database"}) {
    Batch batch;
    batch.add(record, 5, 1, bury);
    batch.finish();
    EXPECT_EQ(
        batch.fixes().size() + batch.duplicates() + batch.messages().size() + batch.dead_letters().size(),
        units);
  }
}

TEST(Batch, CountsDaysBefore1970Downwards) {
  const StoredRecord record =
      RecordBuilder("1").fix(fix_at(-1)).fix(fix_at(0)).fix(fix_at(-86400000)).build();
  Batch batch;
  batch.add(record, 5, 1);
  batch.finish();
  EXPECT_EQ(std::vector(batch.fix_days().begin(), batch.fix_days().end()),
            (std::vector<std::int64_t>{-1, 0}));
}

}  // namespace
}  // namespace rastro::postgis
