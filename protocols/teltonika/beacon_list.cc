#include "protocols/teltonika/beacon_list.h"

#include "protocols/byte_reader.h"
#include "protocols/teltonika/device_names.h"

namespace rastro::teltonika {
namespace {

// The flags of a beacon. With another one set nobody knows what follows.
constexpr std::uint8_t kRssi = 0x01;
constexpr std::uint8_t kBattery = 0x02;
constexpr std::uint8_t kTemperature = 0x04;
constexpr std::uint8_t kIBeacon = 0x20;
constexpr std::uint8_t kKnownFlags = kRssi | kBattery | kTemperature | kIBeacon;

constexpr std::size_t kUuidSize = 16;
constexpr std::size_t kNamespaceSize = 10;
constexpr std::size_t kInstanceSize = 6;

bool append_beacon(ByteReader& reader, unsigned number, Observation& to) {
  const DeviceNames names("beacon_", number);
  const auto add = [&](std::string_view what, AttributeValue value) {
    to.add(names.name(what, to.out), value);
  };
  const std::uint8_t flags = reader.u8();
  if ((flags & ~kKnownFlags) != 0) return false;
  if ((flags & kIBeacon) != 0) {
    add("uuid", reader.bytes(kUuidSize));
    add("major", std::uint64_t{reader.u16()});
    add("minor", std::uint64_t{reader.u16()});
  } else {  // Eddystone
    add("namespace", reader.bytes(kNamespaceSize));
    add("instance", reader.bytes(kInstanceSize));
  }
  if ((flags & kRssi) != 0) add("rssi_dbm", std::int64_t{static_cast<std::int8_t>(reader.u8())});
  if ((flags & kBattery) != 0) add("battery_v", reader.u16() / 1000.0);             // mV in practice
  if ((flags & kTemperature) != 0) add("temperature", std::int64_t{reader.i16()});  // the sensor's own scale
  return reader.ok();
}

}  // namespace

void append_beacon_list(const ElementInfo& info, ByteView wire, Observation& to) {
  const std::size_t before = to.out.attributes.size();
  ByteReader reader(wire);
  const std::uint8_t head = reader.u8();
  to.add("beacon_part", std::uint64_t{head} >> 4);
  to.add("beacon_parts", std::uint64_t{head} & 0xF);
  unsigned number = to.beacons;
  bool good = reader.ok();
  while (good && reader.remaining() > 0) good = append_beacon(reader, ++number, to);
  if (good) {
    to.beacons = number;
  } else {
    to.out.attributes.resize(before);
    to.add(info.name, wire);
  }
}

}  // namespace rastro::teltonika
