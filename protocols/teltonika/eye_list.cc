#include "protocols/teltonika/eye_list.h"

#include "protocols/byte_reader.h"
#include "protocols/teltonika/device_names.h"

namespace rastro::teltonika {
namespace {

enum class As : std::uint8_t { kBytes, kText, kUnsigned, kSigned, kHundredths, kThousandths, kTruth };

struct ValueRow {
  std::uint8_t type;
  std::string_view name;
  std::size_t size;  // 0: any
  As as;
};

constexpr std::array kValueRows = {
    ValueRow{0x00, "rssi_dbm", 1, As::kSigned},
    ValueRow{0x01, "id", 0, As::kBytes},
    ValueRow{0x02, "extra", 0, As::kBytes},
    ValueRow{0x05, "name", 0, As::kText},
    ValueRow{0x06, "temperature_c", 2, As::kHundredths},
    ValueRow{0x07, "humidity_percent", 1, As::kUnsigned},
    ValueRow{0x08, "magnet", 1, As::kUnsigned},
    ValueRow{0x09, "movement", 1, As::kUnsigned},
    ValueRow{0x0A, "movement_count", 2, As::kUnsigned},
    ValueRow{0x0B, "pitch_deg", 1, As::kSigned},
    ValueRow{0x0C, "roll_deg", 2, As::kSigned},
    ValueRow{0x0D, "low_battery", 1, As::kTruth},
    ValueRow{0x0E, "battery_v", 2, As::kThousandths},
    ValueRow{0x0F, "mac", 6, As::kBytes},
};
constexpr std::uint8_t kExtra = 0x02;

// In front of all lists that the documents show; behind another nobody knows what follows.
constexpr std::uint8_t kHeader = 0x01;

const ValueRow* find_row(std::uint8_t type, std::size_t size) {
  for (const ValueRow& row : kValueRows) {
    if (row.type == type && (row.size == 0 || row.size == size)) return &row;
  }
  return nullptr;
}

std::int64_t signed_number(ByteView value) {
  if (value.size() == 1) return static_cast<std::int8_t>(value[0]);
  return static_cast<std::int16_t>(wire_number(value));
}

AttributeValue value_as(As as, ByteView value) {
  switch (as) {
    case As::kText:
      return without_trailing_nuls(value);
    case As::kUnsigned:
      return wire_number(value);
    case As::kSigned:
      return signed_number(value);
    case As::kHundredths:
      return static_cast<double>(signed_number(value)) / 100;
    case As::kThousandths:
      return static_cast<double>(wire_number(value)) / 1000;
    case As::kTruth:
      return wire_number(value) != 0;
    default:
      return value;
  }
}

class Device {
 public:
  Device(unsigned number, Observation& to) : names_("eye_", number), to_(to) {}

  void add(std::uint8_t type, ByteView value) {
    if (const ValueRow* row = find_row(type, value.size()); row != nullptr) {
      add(row->name, value_as(row->as, value));
    } else {
      add("type_" + std::to_string(type), value);
    }
    if (type == kExtra) add_extra(value);
  }

 private:
  void add(std::string_view what, AttributeValue value) { to_.add(names_.name(what, to_.out), value); }

  // The first byte is flags: bit 6 low battery, bit 7 a byte of voltage behind it.
  void add_extra(ByteView extra) {
    if (extra.empty()) return;
    add("low_battery", (extra[0] & 0x40) != 0);
    if ((extra[0] & 0x80) != 0 && extra.size() > 1) add("battery_v", (extra[1] * 10 + 2000) / 1000.0);
  }

  DeviceNames names_;
  Observation& to_;
};

// The values of one device, each a type, a length and that many bytes.
bool append_device(ByteView values, unsigned number, Observation& to) {
  Device device(number, to);
  ByteReader reader(values);
  while (reader.ok() && reader.remaining() > 0) {
    const std::uint8_t type = reader.u8();
    const std::size_t size = reader.u8();
    const ByteView value = reader.bytes(size);
    if (reader.ok()) device.add(type, value);
  }
  return reader.ok();
}

}  // namespace

void append_eye_list(const ElementInfo& info, ByteView wire, Observation& to) {
  const std::size_t before = to.out.attributes.size();
  ByteReader reader(wire);
  unsigned number = to.eyes;
  bool good = reader.u8() == kHeader;
  while (good && reader.remaining() > 0) {
    const std::size_t size = reader.u8();
    const ByteView values = reader.bytes(size);
    good = reader.ok() && append_device(values, ++number, to);
  }
  if (good) {
    to.eyes = number;
  } else {
    to.out.attributes.resize(before);
    to.add(info.name, wire);
  }
}

}  // namespace rastro::teltonika
