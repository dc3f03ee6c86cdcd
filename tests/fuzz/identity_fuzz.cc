// Both ways: whatever values the fuzzer makes, the gateway reads back what our own device side wrote, and the
// device what our own session wrote (RASTRO_FUZZ_PROTOCOL). Records arrive as as_received() says, each with a
// hash of its own bytes; a command arrives with its text and number.
#include <cmath>
#include <string>

#include "protocols/byte_reader.h"
#include "protocols/registry.h"
#include "tests/fuzz/promise.h"

namespace rastro::test {
namespace {

constexpr std::size_t kRecordBytes = 26;
constexpr std::int64_t kYear2000 = 946684800000;
constexpr std::uint64_t kHundredYearsMs = std::uint64_t{36524} * 86400 * 1000;

DeviceRecord read_record(ByteReader& reader) {
  DeviceRecord record;
  record.time_ms = kYear2000 + static_cast<std::int64_t>(reader.u64() % kHundredYearsMs);
  record.latitude_deg = reader.i32() % 90'000'000 / 1e6;
  record.longitude_deg = reader.i32() % 180'000'000 / 1e6;
  record.altitude_m = reader.i16();
  record.speed_kmh = reader.u8();
  record.course_deg = reader.u16() % 360;
  const std::uint8_t bits = reader.u8();
  record.valid = (bits & 1) != 0;
  record.ignition = (bits & 2) != 0;
  if ((bits & 4) != 0) record.alarm = static_cast<Alarm>((bits >> 3) % kAlarmCount);
  record.satellites = reader.u8() % 16;
  record.odometer_m = reader.u24();
  return record;
}

bool near(double a, double b) { return std::abs(a - b) < 1e-9; }

void check_records(const Protocol& protocol, ByteView bytes) {
  const DeviceIdentity identity(kFuzzIdentity);
  const auto device = protocol.open_device(identity, Transport::kTcp);
  std::vector<DeviceRecord> records;
  ByteReader reader(bytes);
  while (reader.remaining() >= kRecordBytes && records.size() < 255) records.push_back(read_record(reader));
  std::vector<std::uint8_t> wire;
  device->encode_login(wire);
  if (!records.empty()) device->encode_data(records, wire);
  device->encode_heartbeat(wire);

  const auto session = protocol.open(std::make_shared<const SessionOptions>());
  SessionOutput out;
  std::size_t at = 0;
  std::size_t seen = 0;
  while (at < wire.size()) {
    out.clear();
    const std::size_t consumed = session->consume(ByteView(wire).subspan(at), kNoArrival, out);
    require(consumed > 0, "our own frames are whole");
    for (const Problem& problem : out.problems) {
      require(problem.disposition == Disposition::kNoted, "our own frames are sound");
    }
    for (const Fix& fix : out.decoded.fixes) {
      require(seen < records.size(), "no more fixes than records");
      const DeviceRecord expected = device->as_received(records[seen++]);
      require(fix.time_ms == expected.time_ms, "the time arrives");
      require(near(fix.latitude_deg, expected.latitude_deg), "the latitude arrives");
      require(near(fix.longitude_deg, expected.longitude_deg), "the longitude arrives");
      require(fix.valid == expected.valid, "the validity arrives");
      require(near(fix.speed_kmh.value_or(0), expected.speed_kmh), "the speed arrives");
      require(near(fix.course_deg.value_or(0), expected.course_deg), "the course arrives");
    }
    at += consumed;
  }
  require(seen == records.size(), "no fewer fixes than records");
  require(session->identity() == identity, "the identity arrives");
}

void check_command(const Protocol& protocol, ByteView bytes) {
  ByteReader reader(bytes);
  Command command;
  command.request = reader.u32();
  command.check_identity = (reader.u8() & 1) != 0;
  const ByteView rest = reader.rest();
  const std::string text(rest.begin(), rest.end());
  command.text = text;
  SessionOptions options;
  options.identity = DeviceIdentity(kFuzzIdentity);
  const auto session = protocol.open(std::make_shared<const SessionOptions>(options));
  std::vector<std::uint8_t> wire;
  const CommandFault fault = session->encode_command(command, wire);
  require((fault == CommandFault::kNone) != wire.empty(), "a fault writes nothing, a command something");
  if (fault != CommandFault::kNone) return;
  const auto device = protocol.open_device(options.identity, Transport::kTcp);
  const DeviceEvent event = device->read_reply(wire);
  require(event.kind == DeviceEvent::Kind::kCommand && event.consumed == wire.size(), "a command arrives");
  require(event.text == text, "its text arrives");
  require(!event.of_other_identity, "it is for this device");
}

}  // namespace
}  // namespace rastro::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const rastro::Protocol* const protocol = rastro::find_protocol(RASTRO_FUZZ_PROTOCOL);
  if (size < 1) return 0;
  const rastro::ByteView rest{data + 1, size - 1};
  if ((data[0] & 1) != 0) {
    rastro::test::check_command(*protocol, rest);
  } else {
    rastro::test::check_records(*protocol, rest);
  }
  return 0;
}
