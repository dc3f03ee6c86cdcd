// What holds of every packet, tried on generated ones: what the encoders write is read back as it was, and a
// stream reads the same however it is cut and whatever noise stands before it.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "protocols/gt06/command.h"
#include "protocols/gt06/device.h"
#include "protocols/gt06/encode.h"
#include "protocols/gt06/number.h"
#include "protocols/gt06/text.h"
#include "protocols/registry.h"
#include "tests/support/session_run.h"
#include "tests/unit/protocols/gt06_support.h"

namespace rastro::gt06 {
namespace {

// A failure of RapidCheck as one of GoogleTest.
template <typename Property>
void holds(const char* what, Property property) {
  EXPECT_TRUE(rc::check(what, property));
}

std::uint8_t byte() { return *rc::gen::arbitrary<std::uint8_t>(); }
std::uint8_t byte_to(int limit) { return static_cast<std::uint8_t>(*rc::gen::inRange(0, limit)); }

GpsBlock any_gps() {
  DeviceRecord record;
  record.time_ms = *rc::gen::inRange(std::int64_t{946684800}, std::int64_t{4102444800}) * 1000;
  record.latitude_deg = *rc::gen::inRange(-90000000, 90000001) / 1e6;
  record.longitude_deg = *rc::gen::inRange(-180000000, 180000001) / 1e6;
  record.speed_kmh = byte();
  record.course_deg = *rc::gen::inRange(0, 360);
  record.satellites = byte_to(16);
  record.valid = *rc::gen::arbitrary<bool>();
  return encode_gps(record);
}

bool is_4g(std::uint8_t number) { return number >= number::kGpsLbs4G; }

LbsBlock any_lbs(std::uint8_t number) {
  LbsBlock lbs;
  lbs.mcc = static_cast<std::uint16_t>(*rc::gen::inRange(0, 1000));
  lbs.mnc = static_cast<std::uint16_t>(*rc::gen::inRange(0, is_4g(number) ? 1000 : 256));
  lbs.lac = is_4g(number) ? *rc::gen::arbitrary<std::uint32_t>() : *rc::gen::arbitrary<std::uint16_t>();
  lbs.cell = is_4g(number) ? *rc::gen::arbitrary<std::uint64_t>() : *rc::gen::arbitrary<std::uint16_t>();
  return lbs;
}

std::optional<std::uint32_t> any_mileage() {
  return *rc::gen::arbitrary<bool>() ? std::optional(*rc::gen::arbitrary<std::uint32_t>()) : std::nullopt;
}

std::vector<std::uint8_t> any_location(std::uint8_t number) {
  LocationContent location;
  location.gps = any_gps();
  location.lbs = any_lbs(number);
  const bool uploads = number == number::kGpsLbsUtc || number == number::kGpsLbs4G;
  if (uploads) {
    location.upload = UploadBlock{byte_to(2), byte_to(16), byte_to(2)};
    location.mileage = any_mileage();
  }
  return encode_location(number, location);
}

std::vector<std::uint8_t> any_alarm(std::uint8_t number) {
  AlarmContent alarm;
  alarm.gps = any_gps();
  alarm.lbs = any_lbs(number);
  alarm.status = {byte(), byte(), byte()};
  alarm.alarm = byte();
  alarm.language = byte();
  if (number == number::kAlarmFence || is_4g(number)) alarm.fence = byte();
  alarm.mileage = any_mileage();
  return encode_alarm(number, alarm);
}

std::vector<std::uint8_t> any_heartbeat(std::uint8_t number) {
  HeartbeatContent heartbeat;
  heartbeat.status = {byte(), byte(), byte()};
  if (number == number::kHeartbeatVoltage) heartbeat.external_voltage = *rc::gen::arbitrary<std::uint16_t>();
  heartbeat.language = *rc::gen::arbitrary<std::uint16_t>();
  return encode_heartbeat(number, heartbeat);
}

constexpr std::uint8_t kLocations[] = {number::kGps, number::kGpsLbs, number::kGpsLbsUtc, number::kGpsLbs4G};
constexpr std::uint8_t kAlarms[] = {number::kAlarmLocal, number::kAlarmUtc, number::kAlarmFence,
                                    number::kAlarmFence4G, number::kAlarmFences4G};
constexpr std::uint8_t kHeartbeats[] = {number::kHeartbeat, number::kHeartbeatVoltage, number::kHeartbeatTlv};

std::vector<std::uint8_t> any_frame() {
  std::uint8_t number = 0;
  std::vector<std::uint8_t> content;
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      number = *rc::gen::elementOf(std::vector(std::begin(kLocations), std::end(kLocations)));
      content = any_location(number);
      break;
    case 1:
      number = *rc::gen::elementOf(std::vector(std::begin(kAlarms), std::end(kAlarms)));
      content = any_alarm(number);
      break;
    case 2:
      number = *rc::gen::elementOf(std::vector(std::begin(kHeartbeats), std::end(kHeartbeats)));
      content = any_heartbeat(number);
      break;
    default:
      number = byte();
      content = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
      content.resize(std::min<std::size_t>(content.size(), 250));
      break;
  }
  std::vector<std::uint8_t> frame;
  append_frame(*rc::gen::arbitrary<bool>() ? Form::kLong : Form::kShort, number, content,
               *rc::gen::arbitrary<std::uint16_t>(), frame);
  return frame;
}

template <typename Content, typename Make, typename Read, typename Encode, std::size_t kCount>
void expect_identity(const std::uint8_t (&numbers)[kCount], Make make, Read read, Encode encode) {
  for (const std::uint8_t number : numbers) {
    holds("what was written is read back", [&] {
      const std::vector<std::uint8_t> content = make(number);
      std::vector<std::uint8_t> bytes;
      append_frame(Form::kShort, number, content, 7, bytes);
      const Frame frame = find_frame(bytes, kMaxLength, true).frame.value();
      Content again;
      RC_ASSERT(read(frame, again));
      RC_ASSERT(to_hex(encode(number, again)) == to_hex(content));
    });
  }
}

TEST(Gt06Property, LocationsThatWereEncodedAreReadBack) {
  expect_identity<LocationContent>(kLocations, any_location, read_location, encode_location);
}

TEST(Gt06Property, AlarmsThatWereEncodedAreReadBack) {
  expect_identity<AlarmContent>(kAlarms, any_alarm, read_alarm, encode_alarm);
}

TEST(Gt06Property, HeartbeatsThatWereEncodedAreReadBack) {
  expect_identity<HeartbeatContent>(kHeartbeats, any_heartbeat, read_heartbeat, encode_heartbeat);
}

TEST(Gt06Property, TimesThatWereEncodedAreReadBack) {
  holds("every second of the century", [] {
    const std::int64_t time_ms = *rc::gen::inRange(std::int64_t{946684800}, std::int64_t{4102444800}) * 1000;
    RC_ASSERT(find_time(encode_time(time_ms), 0) == time_ms);
  });
}

TEST(Gt06Property, CommandsAndAnswersGoRound) {
  holds("a command and its answer", [] {
    const auto text = *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7F)));
    const auto request = *rc::gen::arbitrary<std::uint32_t>();
    RC_PRE(text.size() <= kMaxCommandText);
    Decoder gateway;
    Device device(DeviceIdentity("123456789012345"));
    std::vector<std::uint8_t> wire;
    RC_ASSERT(gateway.session.encode_command({request, text, false}, wire) == CommandFault::kNone);
    const DeviceEvent command = device.read_reply(wire);
    RC_ASSERT(command.request == request);
    RC_ASSERT(command.text == text);
    std::string answer;
    append_utf8(*rc::gen::arbitrary<std::vector<std::uint8_t>>(), answer);
    RC_PRE((answer.empty() || answer.back() != '\0'));
    std::vector<std::uint8_t> back;
    device.encode_command_answer(command, answer, back);
    gateway.take(back);
    RC_ASSERT(gateway.message().request == request);
    RC_ASSERT(gateway.message().text == answer);
  });
}

using Segments = std::vector<std::vector<std::uint8_t>>;

test::SessionRun run(const Segments& segments) {
  return test::run_session(*find_protocol("gt06"), {logged_in()}, segments);
}

TEST(Gt06Property, AStreamReadsTheSameHoweverItIsCut) {
  holds("frames, some damaged, cut anywhere", [] {
    std::vector<std::uint8_t> stream;
    for (int left = *rc::gen::inRange(1, 6); left > 0; --left) {
      std::vector<std::uint8_t> frame = any_frame();
      if (*rc::gen::inRange(0, 4) == 0) frame[*rc::gen::inRange<std::size_t>(0, frame.size())] ^= byte();
      stream.insert(stream.end(), frame.begin(), frame.end());
    }
    Segments pieces;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t size = std::min(stream.size() - at, *rc::gen::inRange<std::size_t>(1, 40));
      const auto begin = stream.begin() + static_cast<std::ptrdiff_t>(at);
      pieces.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(size));
      at += size;
    }
    const test::SessionRun whole = run({stream});
    const test::SessionRun cut = run(pieces);
    RC_ASSERT(whole.fault.empty() && cut.fault.empty());
    RC_ASSERT(cut.messages == whole.messages);
    RC_ASSERT(cut.replies == whole.replies);
    RC_ASSERT(cut.leftover == whole.leftover);
  });
}

TEST(Gt06Property, GarbageBeforeAFrameDoesNotChangeIt) {
  holds("bytes that are no start mark, then a frame", [] {
    auto noise = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
    std::erase_if(noise, [](std::uint8_t b) { return b == 0x78 || b == 0x79; });
    const std::vector<std::uint8_t> frame = any_frame();
    std::vector<std::uint8_t> behind = noise;
    behind.insert(behind.end(), frame.begin(), frame.end());
    const test::SessionRun alone = run({frame});
    const test::SessionRun found = run({behind});
    RC_ASSERT(found.messages == alone.messages);
    RC_ASSERT(found.replies == alone.replies);
    RC_ASSERT(found.errors.size() == alone.errors.size() + (noise.empty() ? 0 : 1));
  });
}

}  // namespace
}  // namespace rastro::gt06
