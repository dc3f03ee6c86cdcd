#include "tests/e2e/bad_inputs.h"

#include "protocols/checksum.h"
#include "protocols/gt06/encode.h"
#include "protocols/gt06/number.h"
#include "protocols/teltonika/encode.h"

namespace rastro::test {
namespace {

constexpr std::uint16_t kSerial = 0x0777;

Bytes with_byte(Bytes bytes, std::size_t at, int value) {
  bytes.at(at) = static_cast<std::uint8_t>(value);
  return bytes;
}

// A GT06 location with a right checksum around whatever the block says.
Bytes gt06_location(void (*change)(gt06::GpsBlock& gps)) {
  gt06::LocationContent location;
  location.gps = gt06::encode_gps(record_at(60));
  change(location.gps);
  Bytes frame;
  gt06::append_frame(gt06::Form::kShort, gt06::number::kGpsLbs,
                     gt06::encode_location(gt06::number::kGpsLbs, location), kSerial, frame);
  return frame;
}

std::string gt06_answer(std::uint8_t number) {
  Bytes reply;
  gt06::append_reply(gt06::Form::kShort, number, kSerial, reply);
  return to_hex(reply);
}

teltonika::Record with_impossible_time(teltonika::Record record) {
  record.time_ms = ~std::uint64_t{0};
  return record;
}

// The content of packet(records) with one byte changed.
Bytes packet_with(const std::vector<teltonika::Record>& records, std::size_t from_end, int value) {
  const Bytes whole = packet(records);
  Bytes content(whole.begin() + 8, whole.end() - 4);
  content.at(content.size() - from_end) = static_cast<std::uint8_t>(value);
  return packet_of(std::move(content));
}

}  // namespace

Bytes good(Tracker& tracker, std::vector<DeviceRecord> records) {
  Bytes packet;
  tracker.side().encode_data(records, packet);
  return packet;
}

Bytes with_bad_checksum(Bytes frame, std::size_t from_end) {
  frame.at(frame.size() - from_end) ^= 0x5A;
  return frame;
}

teltonika::Record teltonika_record(int second) {
  teltonika::Record record;
  record.time_ms = static_cast<std::uint64_t>(record_at(second).time_ms);
  record.latitude = -346000000;
  record.longitude = -584000000;
  record.satellites = 8;
  return record;
}

teltonika::Record beyond_the_pole(teltonika::Record record) {
  record.latitude = 910000000;
  return record;
}

Bytes packet(const std::vector<teltonika::Record>& records) {
  Bytes bytes;
  teltonika::encode_packet(teltonika::Codec::k8, records, bytes);
  return bytes;
}

Bytes packet_of(Bytes content) {
  const auto size = static_cast<std::uint8_t>(content.size());
  const std::uint16_t crc = crc16_arc(content);
  return Bytes{0, 0, 0, 0, 0, 0, 0, size} + content +
         Bytes{0, 0, static_cast<std::uint8_t>(crc >> 8), static_cast<std::uint8_t>(crc & 0xFF)};
}

const std::vector<BadInput>& bad_inputs() {
  static const std::vector<BadInput> kRows = {
      {"Gt06WrongChecksum", kGt06, [](Tracker& t) { return with_bad_checksum(good(t), 3); }, "bad_crc",
       "rejected"},
      {"Gt06LengthZero", kGt06, [](Tracker&) { return from_hex("7878000d0a"); }, "bad_length", "rejected"},
      {"Gt06LengthHuge", kGt06, [](Tracker&) { return from_hex("7979ffff2200010203040506"); }, "bad_length",
       "rejected"},
      {"Gt06LengthBeyondTheNextFrame", kGt06, [](Tracker& t) { return with_byte(good(t), 2, 0x60); },
       "bad_length", "rejected"},
      {"Gt06LengthTooShort", kGt06, [](Tracker& t) { return with_byte(good(t), 2, 0x10); }, "bad_stop",
       "rejected"},
      {"Gt06TruncatedFrame", kGt06,
       [](Tracker& t) {
         Bytes frame = good(t);
         frame.resize(20);
         return frame;
       },
       "bad_stop", "rejected"},
      {"Gt06GarbageBeforeAFrame", kGt06, [](Tracker&) { return from_hex("deadbeef00ff0d0a"); }, "garbage",
       "rejected"},
      {"Gt06ContentTooShort", kGt06,
       [](Tracker&) {
         Bytes frame;
         gt06::append_frame(gt06::Form::kShort, gt06::number::kGpsLbs, Bytes{1, 2, 3}, kSerial, frame);
         return frame;
       },
       "content_too_short", "dead_letter", gt06_answer(gt06::number::kGpsLbs), After::kSameConnection, 0, 1},
      {"Gt06ImpossibleDate", kGt06,
       [](Tracker&) { return gt06_location([](gt06::GpsBlock& gps) { gps.month = 13; }); }, "impossible_time",
       "dead_letter", gt06_answer(gt06::number::kGpsLbs), After::kSameConnection, 0, 1},
      {"Gt06LatitudeOutOfRange", kGt06,
       [](Tracker&) { return gt06_location([](gt06::GpsBlock& gps) { gps.latitude = 91 * 1800000; }); },
       "impossible_place", "noted", gt06_answer(gt06::number::kGpsLbs), After::kSameConnection, 1},
      {"Gt06OneBadFrameAmongGoodOnes", kGt06,
       [](Tracker& t) {
         return good(t, {record_at(51)}) + with_bad_checksum(good(t), 3) + good(t, {record_at(52)});
       },
       "bad_crc", "rejected", kGoodAnswer, After::kSameConnection, 2},
      {"TeltonikaWrongChecksum", kTeltonika, [](Tracker& t) { return with_bad_checksum(good(t), 1); },
       "bad_crc", "rejected", "", After::kClosed},
      {"TeltonikaWrongCount", kTeltonika, [](Tracker&) { return packet_with({teltonika_record(60)}, 1, 2); },
       "bad_count", "dead_letter", "00000001", After::kSameConnection, 0, 1},
      {"TeltonikaLengthZero", kTeltonika, [](Tracker&) { return from_hex("0000000000000000"); }, "bad_length",
       "rejected", "", After::kClosed},
      {"TeltonikaLengthHuge", kTeltonika, [](Tracker&) { return from_hex("00000000ffffffff0801"); },
       "bad_length", "rejected", "", After::kClosed},
      {"TeltonikaGarbageBeforeAFrame", kTeltonika, [](Tracker&) { return from_hex("aabbcc41540d0a"); },
       "garbage", "rejected"},
      {"TeltonikaUnknownCodec", kTeltonika, [](Tracker&) { return packet_of(from_hex("5501aabb01")); },
       "unknown_codec", "noted", "00000001"},
      {"TeltonikaImpossibleDate", kTeltonika,
       [](Tracker&) { return packet({with_impossible_time(teltonika_record(60))}); }, "impossible_time",
       "dead_letter", "00000001", After::kSameConnection, 0, 1},
      {"TeltonikaLatitudeOutOfRange", kTeltonika,
       [](Tracker&) { return packet({beyond_the_pole(teltonika_record(60))}); }, "impossible_place", "noted",
       "00000001", After::kSameConnection, 1},
      {"TeltonikaOneBadRecordAmongGoodOnes", kTeltonika,
       [](Tracker&) {
         return packet(
             {teltonika_record(61), with_impossible_time(teltonika_record(62)), teltonika_record(63)});
       },
       "impossible_time", "dead_letter", "00000003", After::kSameConnection, 2, 1},
      {"TeltonikaRecordThatDoesNotFit", kTeltonika,
       // The last byte before the second count is the size of the group of 8-byte elements.
       [](Tracker&) {
         return packet_with({teltonika_record(61), teltonika_record(62)}, 2, 9);
       },
       "bad_record", "dead_letter", "00000002", After::kSameConnection, 1, 1},
      {"UdpTruncated", kTeltonikaUdp,
       [](Tracker& t) {
         Bytes datagram = good(t);
         datagram.resize(30);
         return datagram;
       },
       "truncated", "rejected"},
      {"UdpWrongLength", kTeltonikaUdp,
       [](Tracker& t) {
         return good(t) + Bytes{1, 2, 3};
       },
       "bad_length", "rejected"},
      {"UdpIdentityOfNoLength", kTeltonikaUdp,
       [](Tracker&) { return from_hex("000ccafe01050000080100010203"); }, "bad_identity", "rejected"},
  };
  return kRows;
}

}  // namespace rastro::test
