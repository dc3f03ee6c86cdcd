#include "schema/json.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <set>

namespace rastro {
namespace {

std::string string_json(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

std::string number_json(double value) {
  std::string out;
  append_json_number(value, out);
  return out;
}

std::string iso(std::int64_t ms) {
  std::string out;
  append_iso8601(ms, out);
  return out;
}

TEST(JsonString, EscapesWhatJsonMustEscape) {
  EXPECT_EQ(string_json("a\"b\\c\n"), R"("a\"b\\c\u000a")");
  EXPECT_EQ(string_json("Almacén"), "\"Almacén\"");
}

TEST(JsonString, ReplacesBytesThatAreNotUtf8AndNul) {
  EXPECT_EQ(string_json("\xFF"), "\"\xEF\xBF\xBD\"");
  EXPECT_EQ(string_json(std::string_view("\0", 1)), "\"\xEF\xBF\xBD\"");
  EXPECT_EQ(string_json("\xC3"), "\"\xEF\xBF\xBD\"") << "sequence cut at its end";
  EXPECT_EQ(string_json("\xED\xA0\x80").find('\xED'), std::string::npos) << "surrogate";
  EXPECT_EQ(string_json("\xC0\xAF").find('\xC0'), std::string::npos) << "overlong";
  EXPECT_EQ(string_json("\xF0\x9F\x9A\x97"), "\"\xF0\x9F\x9A\x97\"");
}

TEST(JsonNumber, IsTheShortestThatReadsBack) {
  EXPECT_EQ(number_json(24.079), "24.079");
  EXPECT_EQ(number_json(-0.0), "0");
  EXPECT_EQ(number_json(63), "63");
  EXPECT_EQ(number_json(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(number_json(std::numeric_limits<double>::infinity()), "null");
}

TEST(JsonNumber, IsWhatASearchForTheShortestFinds) {
  const auto search = [](double value) {
    std::array<char, 32> text;
    return std::string(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
  };
  std::mt19937_64 random(20261129);
  for (int i = 0; i < 200'000; ++i) {
    const auto number = static_cast<std::int64_t>(random() >> (random() % 64));
    const double scale = std::pow(10, static_cast<double>(random() % 9));
    for (const double value :
         {static_cast<double>(number) / scale, static_cast<double>(-number) / scale,
          static_cast<double>(number) * 0.001, static_cast<double>(number) * 0.01,
          std::nextafter(static_cast<double>(number) / 1000, 0.0), std::bit_cast<double>(random())}) {
      if (!std::isfinite(value) || value == 0) continue;
      ASSERT_EQ(number_json(value), search(value)) << std::hexfloat << value;
    }
  }
  for (std::int64_t thousandths = -100'001'000; thousandths <= 100'001'000; thousandths += 997) {
    const double value = static_cast<double>(thousandths) / 1000;
    ASSERT_EQ(number_json(value), search(value == 0 ? 0 : value));
  }
}

TEST(JsonAttributes, KeepsTheLaterOfTwoWithOneNameAndListsAlarms) {
  const std::uint8_t raw[] = {0xAB, 0x01};
  const Attribute attributes[] = {
      {"ignition", true}, {"speed", std::int64_t{-3}}, {"blob", ByteView(raw)}, {"ignition", false}};
  AlarmSet alarms;
  raise(raise(alarms, Alarm::kSos), Alarm::kPowerCut);
  std::string out;
  append_json_attributes(attributes, alarms, out);
  EXPECT_EQ(out, R"({"speed":-3,"blob":"ab01","ignition":false,"alarms":["sos","power_cut"]})");
}

TEST(JsonAttributes, OfNothingIsAnEmptyObject) {
  std::string out;
  append_json_attributes({}, {}, out);
  EXPECT_EQ(out, "{}");
}

TEST(Iso8601, WritesUtcMilliseconds) {
  EXPECT_EQ(iso(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso(1795534200000), "2026-11-24T15:30:00.000Z");
  EXPECT_EQ(iso(1374042849140), "2013-07-17T06:34:09.140Z");
  EXPECT_EQ(iso(-1), "1969-12-31T23:59:59.999Z");
}

TEST(Iso8601, WritesATimeBeyondTheCalendarAsANumber) {
  EXPECT_EQ(iso(std::numeric_limits<std::int64_t>::max()), "9223372036854775807");
}

TEST(AlarmNames, AreThereForEveryAlarmAndDistinct) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kAlarmCount; ++i) {
    const auto name = alarm_name(static_cast<Alarm>(i));
    EXPECT_FALSE(name.empty()) << i;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

TEST(Json, SaysWhatTheDeviceSaidWhereATimeWasCorrected) {
  Fix fix;
  std::string out;
  append_fix_attributes(fix, {}, out);
  EXPECT_EQ(out, "{}");
  fix.reported_time_ms = 1795534200000;
  out.clear();
  append_fix_attributes(fix, {}, out);
  EXPECT_EQ(out, R"({"reported_time":"2026-11-24T15:30:00.000Z"})");
  out.clear();
  append_fix_attributes(fix, std::vector<Attribute>{{"ignition", true}}, out);
  EXPECT_EQ(out, R"({"ignition":true,"reported_time":"2026-11-24T15:30:00.000Z"})");
}

TEST(Json, ReadsTimesAsItWritesThem) {
  EXPECT_EQ(parse_iso8601("2026-11-24T15:30:00Z"), 1795534200000);
  EXPECT_EQ(parse_iso8601("2026-11-24T15:30:00.000Z"), 1795534200000);
  EXPECT_EQ(parse_iso8601("2026-11-24T15:30:00.25Z"), 1795534200250);
  EXPECT_EQ(parse_iso8601("1970-01-01T00:00:00Z"), 0);
  for (const char* text :
       {"", "2026-11-24", "2026-11-24T15:30:00", "2026-13-24T15:30:00Z", "2026-11-31T15:30:00Z",
        "2026-11-24T24:00:00Z", "2026-11-24T15:60:00Z", "2026-11-24 15:30:00Z", "2026-11-24T15:30:00.Z",
        "2026-11-24T15:30:00.xZ", "x026-11-24T15:30:00Z"}) {
    EXPECT_EQ(parse_iso8601(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace rastro
