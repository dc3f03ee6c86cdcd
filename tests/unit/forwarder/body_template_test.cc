#include "forwarder/body_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rastro::forward {
namespace {

using testing::HasSubstr;

Fix full_fix() {
  Fix fix;
  fix.time_ms = 1795534200123;
  fix.valid = true;
  fix.latitude_deg = -34.6037;
  fix.longitude_deg = -58.3816;
  fix.altitude_m = 25;
  fix.speed_kmh = 38.5;
  fix.course_deg = 143;
  fix.satellites = std::uint8_t{9};
  return fix;
}

std::string render(std::string_view text, const Fix& fix, std::optional<std::int64_t> id = 31,
                   std::string_view serial = "86-0001-XY") {
  std::string why;
  const auto body = BodyTemplate::parse(text, why);
  EXPECT_TRUE(body) << why;
  if (!body) return {};
  std::string out;
  body->render({id, "123456789012345", serial, fix.time_ms + 1000, fix, R"({"ignition":true})", "0f"}, out);
  return out;
}

std::string why_not(std::string_view text) {
  std::string why;
  EXPECT_FALSE(BodyTemplate::parse(text, why)) << text;
  return why;
}

TEST(BodyTemplate, TheDefaultHasTheFormOfPersatsLastPosition) {
  EXPECT_EQ(render(kDefaultBody, full_fix()),
            R"({"device_id": 31, "timestamp": "2026-11-24T15:30:00.123Z", "latitude": -34.6037, )"
            R"("longitude": -58.3816})");
}

TEST(BodyTemplate, EachPlaceholderIsAJsonValue) {
  EXPECT_EQ(render(R"([${persat_device_id}, ${imei}, ${serial_number}, ${time_ms}, ${received}, ${valid}])",
                   full_fix()),
            R"([31, "123456789012345", "86-0001-XY", 1795534200123, "2026-11-24T15:30:01.123Z", true])");
  EXPECT_EQ(render(R"([${altitude_m}, ${speed_kmh}, ${course_deg}, ${satellites}])", full_fix()),
            "[25, 38.5, 143, 9]");
  EXPECT_EQ(render(R"([${attributes}, ${key}])", full_fix()), R"([{"ignition":true}, "0f"])");
}

TEST(BodyTemplate, WhatAFixHasNotIsNull) {
  EXPECT_EQ(render("[${altitude_m},${speed_kmh},${course_deg},${satellites}]", Fix{}),
            "[null,null,null,null]");
  EXPECT_EQ(render("[${persat_device_id},${serial_number}]", Fix{}, {}, ""), "[null,null]");
}

TEST(BodyTemplate, QuotesInAValueAreEscaped) {
  EXPECT_EQ(render("[${serial_number}]", Fix{}, 1, "a\"b\\c"), R"(["a\"b\\c"])");
}

TEST(BodyTemplate, KnowsWhatItNeeds) {
  std::string why;
  const auto body = BodyTemplate::parse("[${imei}]", why);
  ASSERT_TRUE(body);
  EXPECT_TRUE(body->needs(Placeholder::kImei));
  EXPECT_FALSE(body->needs(Placeholder::kPersatDeviceId));
}

TEST(BodyTemplate, ADollarAloneIsText) { EXPECT_EQ(render(R"(["$", "$5"])", Fix{}), R"(["$", "$5"])"); }

TEST(BodyTemplate, AnUnknownPlaceholderIsNamedWithTheListOfThoseThereAre) {
  const std::string why = why_not(R"({"lat": ${lat}})");
  EXPECT_THAT(why, HasSubstr("${lat} is not known"));
  EXPECT_THAT(why, HasSubstr("persat_device_id, imei, serial_number"));
  EXPECT_THAT(why, HasSubstr("attributes"));
}

TEST(BodyTemplate, APlaceholderThatDoesNotEndIsSaid) {
  EXPECT_THAT(why_not(R"({"lat": ${latitude)"), HasSubstr("no }"));
}

TEST(BodyTemplate, ATextThatIsNoJsonIsSaidWithItsPlace) {
  EXPECT_THAT(why_not(R"({"lat": ${latitude})"), HasSubstr("no JSON"));
  EXPECT_THAT(why_not(R"({"lat": ${latitude}, "lon" ${longitude}})"), HasSubstr("\"lon\""));
  EXPECT_THAT(why_not(""), HasSubstr("no JSON"));
  EXPECT_THAT(why_not("{} {}"), HasSubstr("no JSON"));
}

TEST(BodyTemplate, QuotesAroundAPlaceholderAreSaidToBeTooMany) {
  EXPECT_THAT(why_not(R"({"imei": "${imei}"})"), HasSubstr("brings its own quotes"));
}

}  // namespace
}  // namespace rastro::forward
