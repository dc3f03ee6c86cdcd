// Times and settings of a device: zone, learnt offsets, rolled-over weeks, scales and units.
#include <gtest/gtest.h>

#include "protocols/gt06/encode.h"
#include "protocols/gt06/number.h"
#include "tests/unit/protocols/gt06_support.h"

namespace rastro::gt06 {
namespace {

constexpr std::int64_t kNow = 1795534200000;  // 2026-11-24T15:30:00Z
constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kHour = 3600 * kSecond;

struct Sent {
  std::uint8_t number = number::kGpsLbsUtc;
  std::uint8_t reupload = 0;
  bool positioned = true;
};

std::vector<std::uint8_t> location_at(std::int64_t time_ms, const Sent& sent) {
  DeviceRecord record;
  record.time_ms = time_ms;
  record.latitude_deg = -34.6;
  record.longitude_deg = -58.4;
  record.valid = sent.positioned;
  LocationContent location;
  location.gps = encode_gps(record);
  location.upload = UploadBlock{0, 0, sent.reupload};
  std::vector<std::uint8_t> frame;
  append_frame(Form::kShort, sent.number, encode_location(sent.number, location), 1, frame);
  return frame;
}

// Ten positions, half a minute apart, by a clock that is `ahead_ms` ahead; the time of the last and what was
// learnt from all.
struct Learning {
  std::int64_t error_ms = 0;
  std::optional<std::int64_t> reported_ahead_ms;
  std::vector<Learnt> learnt;
};

Learning send_ten(Decoder& decoder, std::int64_t ahead_ms, const Sent& sent = {}) {
  Learning learning;
  for (int i = 0; i < 10; ++i) {
    const std::int64_t now_ms = kNow + i * 30 * kSecond;
    decoder.received_ms = now_ms + 2 * kSecond;
    decoder.take(location_at(now_ms + ahead_ms, sent));
    const Fix& fix = decoder.fix();
    learning.error_ms = fix.time_ms - now_ms;
    learning.reported_ahead_ms.reset();
    if (fix.reported_time_ms) learning.reported_ahead_ms = *fix.reported_time_ms - now_ms;
    if (decoder.out.learnt) learning.learnt.push_back(*decoder.out.learnt);
  }
  return learning;
}

TEST(Gt06Clock, EightHoursAheadIsLearntFromLivePositionsAndTold) {
  Decoder decoder;
  const Learning learning = send_ten(decoder, 8 * kHour);
  EXPECT_EQ(learning.error_ms, 0);
  EXPECT_EQ(learning.reported_ahead_ms, 8 * kHour);
  ASSERT_EQ(learning.learnt.size(), 1u) << "told once";
  EXPECT_EQ(learning.learnt[0].clock, (ClockOffsets{0, 8 * 3600}));
  EXPECT_EQ(learning.learnt[0].family, "");
}

TEST(Gt06Clock, ThreeHoursBehindInLocalTimeIsLearntApartFromUtc) {
  Decoder decoder;
  const Learning learning = send_ten(decoder, -3 * kHour, {number::kGpsLbs});
  EXPECT_EQ(learning.error_ms, 0);
  ASSERT_EQ(learning.learnt.size(), 1u);
  EXPECT_EQ(learning.learnt[0].clock, (ClockOffsets{-3 * 3600, 0}));
  EXPECT_EQ(send_ten(decoder, 0).error_ms, 0) << "times in UTC stay as they are";
}

TEST(Gt06Clock, BufferedPositionsTeachNothing) {
  Decoder decoder;
  EXPECT_TRUE(send_ten(decoder, 8 * kHour, {number::kGpsLbsUtc, 1}).learnt.empty());
}

TEST(Gt06Clock, PositionsWithoutAFixTeachNothing) {
  Decoder decoder;
  EXPECT_TRUE(send_ten(decoder, 8 * kHour, {number::kGpsLbsUtc, 0, false}).learnt.empty());
}

TEST(Gt06Clock, WithoutAnArrivalNothingIsCorrected) {
  SessionOptions options = logged_in();
  options.settings.learnt_clock = {0, 8 * 3600};
  Decoder decoder(options);
  decoder.take(location_at(kNow, {}));
  EXPECT_EQ(decoder.fix().time_ms, kNow);
  EXPECT_EQ(decoder.fix().reported_time_ms, std::nullopt);
}

TEST(Gt06Clock, StartsFromWhatWasLearntBefore) {
  SessionOptions options = logged_in();
  options.settings.learnt_clock = {0, 8 * 3600};
  Decoder decoder(options);
  const Learning learning = send_ten(decoder, 8 * kHour);
  EXPECT_EQ(learning.error_ms, 0);
  EXPECT_TRUE(learning.learnt.empty()) << "nothing new";
}

TEST(Gt06Clock, OfAnotherDeviceOnTheSameConnectionIsAnother) {
  Decoder decoder;
  send_ten(decoder, 8 * kHour);
  decoder.take("78780D01035341353215036200022D060D0A");
  decoder.received_ms = kNow;
  decoder.take(location_at(kNow, {}));
  EXPECT_EQ(decoder.fix().time_ms, kNow);
}

TEST(Gt06Clock, OfTheSameDeviceThatLogsInAgainIsKept) {
  Decoder decoder;
  send_ten(decoder, 8 * kHour);
  decoder.take("78780D01012345678901234500018CDD0D0A");
  decoder.received_ms = kNow;
  decoder.take(location_at(kNow + 8 * kHour, {}));
  EXPECT_EQ(decoder.fix().time_ms, kNow);
}

TEST(Gt06Clock, RolledOverWeekIsCorrectedWithTheReportedTimeKept) {
  constexpr std::int64_t kPeriod = std::int64_t{1024} * 7 * 86400 * kSecond;
  Decoder decoder;
  decoder.received_ms = kNow;
  decoder.take(location_at(kNow - kPeriod, {}));
  EXPECT_EQ(decoder.fix().time_ms, kNow);
  EXPECT_EQ(decoder.fix().reported_time_ms, kNow - kPeriod);
}

TEST(Gt06Time, RequestIsAnsweredWithUtcAtOnceWhenItIsKnown) {
  Decoder decoder;
  decoder.received_ms = 1795534200000;
  decoder.take("7878058A000688290D0A");
  EXPECT_EQ(decoder.reply(), "78780b8a1a0b180f1e00000654370d0a") << "gt06.md 6.12";
  EXPECT_FALSE(decoder.out.replies.at(0).after_durable);
}

class Devices final : public Surroundings {
 public:
  DeviceSettings settings_of(const DeviceIdentity& identity,
                             const DeviceSettings& of_listener) const override {
    if (identity.view() != "123456789012345") return of_listener;
    return own;
  }
  std::string place_name(double latitude_deg, double) const override {
    return latitude_deg < 0 ? "" : "Depósito Ñuñoa 😀";
  }

  DeviceSettings own;
};

TEST(Gt06Settings, OfADeviceAreAskedAtLoginAndWhenTheyChange) {
  Devices devices;
  devices.own.ack = AckPolicy::kDocumented;
  SessionOptions options;
  options.surroundings = &devices;
  Decoder decoder(options);
  decoder.take("78780D01012345678901234500018CDD0D0A");
  decoder.take(location_at(kNow, {}));
  EXPECT_EQ(decoder.reply(), "") << "the device's own";
  devices.own.ack = AckPolicy::kAll;
  decoder.take(location_at(kNow, {}));
  EXPECT_EQ(decoder.reply(), "") << "not asked again";
  decoder.session.settings_changed();
  decoder.take(location_at(kNow, {}));
  EXPECT_NE(decoder.reply(), "");
}

TEST(Gt06Settings, OfADeviceAreAskedWithEachDatagramAndForALoginInIt) {
  Devices devices;
  devices.own.ack = AckPolicy::kDocumented;
  SessionOptions options;
  options.surroundings = &devices;
  options.transport = Transport::kUdp;
  Decoder decoder(options);
  auto datagram = from_hex("78780D01012345678901234500018CDD0D0A");
  const auto location = location_at(kNow, {});
  datagram.insert(datagram.end(), location.begin(), location.end());
  decoder.take(datagram);
  EXPECT_EQ(decoder.out.replies.size(), 1u) << "the login alone";
  devices.own.ack = AckPolicy::kAll;
  decoder.take(location);
  EXPECT_EQ(decoder.out.replies.size(), 1u);
}

TEST(Gt06Settings, ScaleVoltagesAndMileages) {
  constexpr std::string_view kHeartbeat = "78780B23050F9204000200088A370D0A";
  constexpr std::string_view kMileage =
      "787826221A0B180F1E00CA03A23C00079057203C185A01CC00287D001F710100000001E240001186A70D0A";
  SessionOptions options = logged_in();
  options.settings.voltage_scale_v = 0.001;
  options.settings.mileage_unit = MileageUnit::kHundredMetres;
  Decoder decoder(options);
  decoder.take(kHeartbeat);
  EXPECT_NE(decoder.attributes().find(R"("external_power_v":3.986,)"), std::string::npos);
  decoder.take(kMileage);
  EXPECT_NE(decoder.attributes().find(R"("odometer_m":12345600)"), std::string::npos);

  options.settings.voltage_scale_v = 0.03;
  options.settings.mileage_unit = MileageUnit::kKilometre;
  Decoder other(options);
  other.take(kHeartbeat);
  EXPECT_NE(other.attributes().find(R"("external_power_v":119.58)"), std::string::npos);
  other.take(kMileage);
  EXPECT_NE(other.attributes().find(R"("odometer_m":123456000)"), std::string::npos);
}

TEST(Gt06Address, IsTheNameOfThePlaceWhenThereIsOne) {
  const Devices devices;
  SessionOptions options = logged_in();
  options.surroundings = &devices;
  Decoder decoder(options);
  decoder.take(
      "78782E2A0F0C1D071139CA027AC8000C4658000014D83132353230313335333231373730373900000000000001002A6ECE0D0"
      "A");
  const std::string name = "004400650070 00f3 007300690074006f 0020 00d10075 00f1006f0061 0020 d83dde00";
  EXPECT_NE(decoder.reply().find(to_hex(from_hex("2626" + name + "2626"))), std::string::npos)
      << decoder.reply();
  EXPECT_TRUE(decoder.reply().starts_with("78784e17")) << "language 1: the short form with 0x17";
  EXPECT_TRUE(decoder.out.replies.at(0).after_durable);
}

TEST(Gt06Address, IsTheCoordinatesWhereNoPlaceHasAName) {
  const Devices devices;
  SessionOptions options = logged_in();
  options.surroundings = &devices;
  Decoder decoder(options);
  DeviceRecord record;
  record.time_ms = kNow;
  record.latitude_deg = -33.8688;
  record.longitude_deg = -70.5;
  LocationContent location;
  location.gps = encode_gps(record);
  std::vector<std::uint8_t> content = encode_location(number::kGps, location);
  content.resize(content.size() + 21);
  content.insert(content.end(), {0, 2});
  std::vector<std::uint8_t> frame;
  append_frame(Form::kShort, number::kAddressUtc, content, 9, frame);
  decoder.take(frame);
  std::string units;
  for (const char c : std::string_view("-33.868800,-70.500000"))
    units += std::string("00") + to_hex(std::vector{static_cast<std::uint8_t>(c)});
  EXPECT_NE(decoder.reply().find("2626" + units + "2626"), std::string::npos) << decoder.reply();
  EXPECT_TRUE(decoder.reply().starts_with("7979"));
}

TEST(Gt06Media, AboveTheLimitOfTheListenerIsNotKept) {
  SessionOptions options = logged_in();
  options.max_media_bytes = 8;
  Decoder decoder(options);
  decoder.take("7979001d8d000000000900906e000000000004313233341a0b180f1e000042b5410d0a");
  EXPECT_EQ(decoder.error(), DecodeError::kMediaTooLarge);
  EXPECT_TRUE(decoder.decoded().media.empty());
  options.max_media_bytes = 9;
  Decoder wider(options);
  wider.take("7979001d8d000000000900906e000000000004313233341a0b180f1e000042b5410d0a");
  ASSERT_EQ(wider.decoded().media.size(), 1u);
  const MediaPart& part = wider.decoded().media[0];
  EXPECT_EQ(part.check, MediaPart::Check::kCrc16X25);
  EXPECT_EQ(to_hex(part.expected), "906e");
  EXPECT_EQ(to_hex(part.data), "31323334");
}

}  // namespace
}  // namespace rastro::gt06
