// The device side and the encoders: what they write, the session reads back.
#include <gtest/gtest.h>

#include "protocols/gt06/device.h"
#include "protocols/gt06/encode.h"
#include "protocols/gt06/number.h"
#include "tests/unit/protocols/gt06_support.h"

namespace rastro::gt06 {
namespace {

DeviceRecord record_at(double latitude_deg, double longitude_deg) {
  DeviceRecord record;
  record.time_ms = 1795534200789;
  record.latitude_deg = latitude_deg;
  record.longitude_deg = longitude_deg;
  record.altitude_m = 500;
  record.speed_kmh = 61.7;
  record.course_deg = 359.6;
  record.satellites = 22;
  record.ignition = true;
  record.odometer_m = 123456;
  return record;
}

void expect_received(const Decoder& decoder, const DeviceRecord& expected) {
  ASSERT_EQ(decoder.decoded().fixes.size(), 1u);
  const Fix& fix = decoder.fix();
  EXPECT_EQ(fix.time_ms, expected.time_ms);
  EXPECT_EQ(fix.valid, expected.valid);
  EXPECT_EQ(fix.latitude_deg, expected.latitude_deg);
  EXPECT_EQ(fix.longitude_deg, expected.longitude_deg);
  EXPECT_EQ(fix.speed_kmh, expected.speed_kmh);
  EXPECT_EQ(fix.course_deg, expected.course_deg);
  EXPECT_EQ(fix.satellites, expected.satellites);
  EXPECT_EQ(fix.alarms.any(), expected.alarm.has_value());
  if (expected.alarm) {
    EXPECT_TRUE(fix.alarms.test(static_cast<std::size_t>(*expected.alarm)));
  }
  const std::string attributes = decoder.attributes();
  EXPECT_NE(attributes.find(expected.ignition ? R"("ignition":true)" : R"("ignition":false)"),
            std::string::npos);
  EXPECT_NE(attributes.find("\"odometer_m\":" + std::to_string(expected.odometer_m)), std::string::npos);
}

TEST(Gt06Device, RecordsArriveAsItSaysTheyDo) {
  Device device(DeviceIdentity("353413532150362"));
  Decoder decoder;
  for (const auto& [latitude, longitude] : {std::pair{-34.603722, -58.381592},
                                            {40.4168, -3.7038},
                                            {-33.8688, 151.2093},
                                            {90.0, 180.0},
                                            {0.0, 0.0}}) {
    for (const std::optional<Alarm> alarm : {std::optional<Alarm>{}, {Alarm::kSos}, {Alarm::kJamming}}) {
      DeviceRecord record = record_at(latitude, longitude);
      record.alarm = alarm;
      record.valid = latitude != 40.4168;
      std::vector<std::uint8_t> frame;
      device.encode_data({record}, frame);
      EXPECT_EQ(decoder.take(frame), frame.size());
      expect_received(decoder, device.as_received(record));
      EXPECT_TRUE(decoder.out.problems.empty());
    }
  }
}

TEST(Gt06Device, RoundsAsTheWireDoes) {
  const Device device(DeviceIdentity("353413532150362"));
  const DeviceRecord received = device.as_received(record_at(-34.603722, -58.381592));
  EXPECT_EQ(received.time_ms, 1795534200000);
  EXPECT_NEAR(received.latitude_deg, -34.603722, 1 / 3600000.0);
  EXPECT_EQ(received.speed_kmh, 62);
  EXPECT_EQ(received.course_deg, 0) << "359.6 rounds to north";
  EXPECT_EQ(received.satellites, 15);
  EXPECT_EQ(received.altitude_m, 0);
}

TEST(Gt06Device, SendsTheSameRecordAgainAsTheSameRecord) {
  Device device(DeviceIdentity("353413532150362"));
  Decoder decoder;
  std::vector<std::uint8_t> first;
  std::vector<std::uint8_t> again;
  device.encode_data({record_at(-34.6, -58.4)}, first);
  device.encode_data({record_at(-34.6, -58.4)}, again);
  EXPECT_NE(first, again) << "the serial goes on";
  decoder.take(first);
  const std::uint64_t hash = decoder.fix().record_hash;
  decoder.take(again);
  EXPECT_EQ(decoder.fix().record_hash, hash);
}

TEST(Gt06Device, LogsInAndReadsTheReplies) {
  Device device(DeviceIdentity("353413532150362"));
  Decoder decoder{SessionOptions{}};
  std::vector<std::uint8_t> frame;
  device.encode_login(frame);
  decoder.take(frame);
  EXPECT_EQ(decoder.session.identity().view(), "353413532150362");
  EXPECT_EQ(device.read_reply(decoder.out.reply_bytes).kind, DeviceEvent::Kind::kLoginAccepted);

  frame.clear();
  device.encode_heartbeat(frame);
  decoder.take(frame);
  EXPECT_EQ(decoder.message().type, MessageType::kHeartbeat);
  EXPECT_EQ(device.read_reply(decoder.out.reply_bytes).kind, DeviceEvent::Kind::kOther);

  frame.clear();
  device.encode_data({record_at(1, 2)}, frame);
  decoder.take(frame);
  const DeviceEvent event = device.read_reply(decoder.out.reply_bytes);
  EXPECT_EQ(event.kind, DeviceEvent::Kind::kRecordsAccepted);
  EXPECT_EQ(event.accepted, 1u);
  EXPECT_EQ(event.consumed, 10u);
  EXPECT_EQ(device.read_reply(from_hex("787805")).kind, DeviceEvent::Kind::kNeedMore);
  EXPECT_FALSE(device.waits_for_acknowledgement());
}

TEST(Gt06Encoders, WriteWhatTheDocumentPrints) {
  std::vector<std::uint8_t> frame;
  append_frame(Form::kShort, number::kLogin, encode_login("123456789012345"), 1, frame);
  EXPECT_EQ(to_hex(frame), "78780d01012345678901234500018cdd0d0a");
  frame.clear();
  append_frame(Form::kShort, number::kLogin, encode_extended_login("752533678900242", 0x7000, 0x3201), 5,
               frame);
  EXPECT_EQ(to_hex(frame), "78781101075253367890024270003201000512790d0a");
}

// Reads a frame's content into its struct and writes it back.
TEST(Gt06Encoders, WriteBackWhatWasRead) {
  for (const std::string_view hex :
       {"78781f120b081d112e10cf027ac7eb0c46584900148f01cc00287d001fb8000380810d0a",
        "787826221a0b180f1e00ca03a23c00079057203c185a01cc00287d001f710100000001e240001186a70d0a",
        "787825160b0b0f0e241dcf027ac8870c4657e60014020901cc00287d001f726506040101003656a40d0a",
        "78782627100419092d07c5027ac91c0c4658000005370900000000000000008002000c01ff00004df60d0a",
        "78780a134401040001000508450d0a", "78780b23c00122040001000818720d0a",
        "787817360005040002003201010018020192006a015f0324aeaf0d0a"}) {
    SCOPED_TRACE(hex);
    const auto bytes = from_hex(hex);
    const Frame frame = find_frame(bytes, kMaxLength, true).frame.value();
    std::vector<std::uint8_t> content;
    LocationContent location;
    AlarmContent alarm;
    HeartbeatContent heartbeat;
    if (frame.number == number::kGpsLbs || frame.number == number::kGpsLbsUtc) {
      ASSERT_TRUE(read_location(frame, location));
      content = encode_location(frame.number, location);
    } else if (frame.number == number::kAlarmLocal || frame.number == number::kAlarmFence) {
      ASSERT_TRUE(read_alarm(frame, alarm));
      content = encode_alarm(frame.number, alarm);
    } else {
      ASSERT_TRUE(read_heartbeat(frame, heartbeat));
      content = encode_heartbeat(frame.number, heartbeat);
    }
    std::vector<std::uint8_t> again;
    append_frame(Form::kShort, frame.number, content, frame.serial, again);
    EXPECT_EQ(to_hex(again), hex);
  }
}

}  // namespace
}  // namespace rastro::gt06
