#include "protocols/teltonika/codec7.h"

#include <array>
#include <bit>
#include <cmath>

#include "protocols/teltonika/elements.h"
#include "protocols/time_base.h"
#include "schema/record_hash.h"

namespace rastro::teltonika {
namespace {

constexpr std::int64_t kYear2007 = 1167609600;  // 2007-01-01T00:00:00Z
constexpr std::uint32_t kSecondsMask = 0x3FFFFFFF;
constexpr std::uint32_t kPanic = 2;  // as in teltonika.md 4

// The global mask.
constexpr unsigned kGpsBlock = 0x01;
constexpr std::array<std::size_t, 3> kGroupSizes7 = {1, 2, 4};  // of bits 1, 2 and 3
constexpr unsigned kKnownBlocks = 0x0F;                         // with another bit nobody knows what follows

// The location mask.
constexpr unsigned kPlace = 0x01;
constexpr unsigned kAltitude = 0x02;
constexpr unsigned kCourse = 0x04;
constexpr unsigned kSpeed = 0x08;
constexpr unsigned kSatellites = 0x10;
constexpr unsigned kCell = 0x20;
constexpr unsigned kSignal = 0x40;
constexpr unsigned kOperator = 0x80;

struct GhElement {
  std::uint8_t id;
  std::string_view name;
  double divisor;  // 0: a yes or no
};

constexpr std::array kGhElements = {
    GhElement{1, "battery_percent", 1}, GhElement{2, "usb", 0},       GhElement{5, "uptime_s", 1},
    GhElement{20, "hdop", 10},          GhElement{21, "vdop", 10},    GhElement{22, "pdop", 10},
    GhElement{67, "battery_v", 1000},   GhElement{221, "button", 1},  GhElement{222, "alarm", 1},
    GhElement{240, "motion", 0},        GhElement{244, "roaming", 0},
};
constexpr std::uint8_t kSosElement = 222;

AttributeValue value_of(const GhElement& element, std::uint64_t number) {
  if (element.divisor == 0) return number != 0;
  if (element.divisor == 1) return number;
  return static_cast<double>(number) / element.divisor;
}

void append_gh_element(std::uint8_t id, std::uint64_t number, Fix& fix, MessageBuffer& out) {
  if (id == kSosElement && number != 0) raise(fix.alarms, Alarm::kSos);
  for (const GhElement& element : kGhElements) {
    if (element.id != id) continue;
    out.attributes.push_back({element.name, value_of(element, number)});
    return;
  }
  out.attributes.push_back({unnamed_element(id), number});
}

double read_float(ByteReader& reader) { return std::bit_cast<float>(reader.u32()); }

// Whether the place, if there is one, can be on Earth.
bool read_gps_block(ByteReader& reader, Fix& fix, MessageBuffer& out) {
  const auto add = [&](std::string_view name, std::uint64_t value) {
    out.attributes.push_back({name, value});
  };
  const unsigned mask = reader.u8();
  bool possible = true;
  if ((mask & kPlace) != 0) {
    fix.latitude_deg = read_float(reader);
    fix.longitude_deg = read_float(reader);
    fix.valid = usable_place(fix.latitude_deg, fix.longitude_deg);
    possible = std::abs(fix.latitude_deg) <= 90 && std::abs(fix.longitude_deg) <= 180;
  }
  if ((mask & kAltitude) != 0) fix.altitude_m = reader.i16();
  if ((mask & kCourse) != 0) fix.course_deg = reader.u8() * 360.0 / 256.0;
  if ((mask & kSpeed) != 0) fix.speed_kmh = reader.u8();
  if ((mask & kSatellites) != 0) {
    fix.satellites = reader.u8();
    fix.valid = fix.valid && *fix.satellites > 0;
  }
  if ((mask & kCell) != 0) {
    add("gsm_area_code", reader.u16());
    add("gsm_cell_id", reader.u16());
  }
  if ((mask & kSignal) != 0) add("signal_level", reader.u8());
  if ((mask & kOperator) != 0) add("active_gsm_operator", reader.u32());
  return possible;
}

void read_group(ByteReader& reader, std::size_t value_size, Fix& fix, MessageBuffer& out) {
  const std::size_t count = reader.u8();
  const ByteView group = reader.bytes(count * (1 + value_size));
  ByteReader elements(group);
  while (elements.remaining() > 0) {
    const std::uint8_t id = elements.u8();
    append_gh_element(id, wire_number(elements.bytes(value_size)), fix, out);
  }
}

void read_time(ByteReader& reader, std::int64_t received_ms, Fix& fix, MessageBuffer& out) {
  const std::uint32_t word = reader.u32();
  const std::int64_t reported_ms = (kYear2007 + (word & kSecondsMask)) * 1000;
  fix.time_ms = without_week_rollover(reported_ms, received_ms);
  if (fix.time_ms != reported_ms) fix.reported_time_ms = reported_ms;
  const std::uint32_t priority = word >> 30;
  if (priority == kPanic) raise(fix.alarms, Alarm::kSos);
  out.attributes.push_back({"priority", std::uint64_t{priority}});
}

}  // namespace

RecordOutcome read_codec7_record(ByteReader& reader, std::int64_t received_ms, MessageBuffer& out) {
  const std::size_t start = reader.position();
  const ByteView from_here = reader.rest();
  const std::size_t first = out.attributes.size();
  Fix fix;
  read_time(reader, received_ms, fix, out);
  const unsigned mask = reader.u8();
  const bool possible = (mask & kGpsBlock) == 0 || read_gps_block(reader, fix, out);
  for (std::size_t i = 0; i < kGroupSizes7.size(); ++i) {
    if ((mask >> (i + 1) & 1) != 0) read_group(reader, kGroupSizes7[i], fix, out);
  }
  RecordOutcome outcome;
  outcome.bytes = from_here.first(reader.position() - start);
  if (!reader.ok() || mask > kKnownBlocks) {
    out.attributes.resize(first);
    outcome.error = DecodeError::kBadRecord;
    return outcome;
  }
  fix.record_hash = record_hash(outcome.bytes);
  fix.attributes = {static_cast<std::uint32_t>(first),
                    static_cast<std::uint32_t>(out.attributes.size() - first)};
  out.fixes.push_back(fix);
  if (!possible) outcome.error = DecodeError::kImpossiblePlace;
  return outcome;
}

}  // namespace rastro::teltonika
