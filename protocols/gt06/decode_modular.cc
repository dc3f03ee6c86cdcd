// 0x70: a list of elements, each with its id and length (gt06.md 6.17).
#include <algorithm>
#include <array>

#include "protocols/gt06/decode.h"
#include "protocols/gt06/number.h"

namespace rastro::gt06 {
namespace {

// What the list has brought so far.
struct Modular {
  const DecodeContext& context;
  AttributeList& attributes;
  Message& message;
  std::optional<std::int64_t> gps_time_s;  // of element 0033
  Fix fix;
  LbsBlock network;  // that the neighbours are in: of the serving cell before them
};

void add_cell(std::uint32_t lac, std::uint64_t cell, std::uint8_t strength, Modular& to) {
  LbsBlock lbs = to.network;
  lbs.lac = lac;
  lbs.cell = cell;
  append_cell(lbs, strength, to.context.to, to.message);
}

// 0011: MCC 2, MNC 2, LAC 2, cell 3, RSSI 1. 0043: the same of LTE, with a cell of 4.
void add_serving_cell(ByteReader& value, bool lte, Modular& to) {
  to.network.mcc = value.u16();
  to.network.mnc = value.u16();
  const std::uint16_t lac = value.u16();
  const std::uint32_t cell = lte ? value.u32() : value.u24();
  add_cell(lac, cell, value.u8(), to);
}

// 0044: TAC 2, cell 4, RSSI 1, as often as there is room.
void add_neighbours(ByteReader& value, Modular& to) {
  while (value.ok() && value.remaining() > 0) {
    const std::uint16_t tac = value.u16();
    const std::uint32_t cell = value.u32();
    add_cell(tac, cell, value.u8(), to);
  }
}

// 0036: count, then MAC 6 and RSSI 1 each.
void add_wifi(ByteReader& value, Modular& to) {
  for (std::size_t count = value.u8(); count > 0 && value.ok(); --count) {
    WifiAccessPoint point;
    point.mac = value.u16();
    point.mac = point.mac << 32 | value.u32();
    point.rssi_dbm = find_rssi_dbm(value.u8());
    to.context.to.wifi.push_back(point);
    ++to.message.wifi.count;
  }
}

// 0033: unix time u32, satellites u8, altitude i16, latitude u32, longitude u32, speed u8, course and status
// u16.
void take_gps(ByteReader& value, Modular& to) {
  to.gps_time_s = value.u32();
  GpsBlock gps;
  const std::uint8_t satellites = value.u8();
  const std::int16_t altitude_m = value.i16();
  gps.latitude = value.u32();
  gps.longitude = value.u32();
  gps.speed_kmh = value.u8();
  gps.course_and_status = value.u16();
  to.fix = find_fix(gps);
  to.fix.satellites = satellites;
  to.fix.altitude_m = altitude_m;
}

// 002E: mileage, the one number with its lowest byte first.
void add_mileage(ByteReader& value, Modular& to) {
  std::uint32_t mileage = 0;
  for (int shift = 0; shift < 32; shift += 8) mileage |= std::uint32_t{value.u8()} << shift;
  to.attributes.add_number("odometer_m", find_odometer_m(mileage, to.context.settings.mileage_unit));
}

void add_time_of_sending(ByteReader& value, Modular& to) {
  const std::int64_t reading_ms = std::int64_t{value.u32()} * 1000;
  add_device_time(to.context.clock.read(Clock::Base::kUtc, reading_ms).utc_ms, to.context, to.attributes);
}

enum class Kind : std::uint8_t {
  kNumber,  // of as many bytes as there are, at most eight
  kDigits,  // packed BCD
  kBytes,
  kHundredths,
  kTenths,
  kSpecial,
};

struct Element {
  std::uint16_t id;
  std::string_view name;
  Kind kind;
  std::size_t size = 0;  // 0: any
  void (*take)(ByteReader& value, Modular& to) = nullptr;
};

constexpr std::array kElements = {
    Element{0x0001, "imei", Kind::kDigits, 8},
    Element{0x0002, "imsi", Kind::kDigits, 8},
    Element{0x0003, "iccid", Kind::kDigits, 10},
    Element{0x0009, "satellites_used", Kind::kNumber},
    Element{0x000A, "satellites_visible", Kind::kNumber},
    Element{0x000B, "satellites_snr", Kind::kBytes},
    Element{0x0011, "", Kind::kSpecial, 10,
            [](ByteReader& value, Modular& to) { add_serving_cell(value, false, to); }},
    Element{0x0012, "neighbour_cells", Kind::kBytes},
    Element{0x0016, "gsm_csq", Kind::kNumber},
    Element{0x0018, "battery_v", Kind::kHundredths},
    Element{0x0028, "hdop", Kind::kTenths},
    Element{0x0029, "sequence", Kind::kNumber},
    Element{0x002A, "door_tamper", Kind::kNumber},
    Element{0x002B, "boot_reason", Kind::kNumber},
    Element{0x002C, "device_time", Kind::kSpecial, 4, add_time_of_sending},
    Element{0x002E, "odometer_m", Kind::kSpecial, 4, add_mileage},
    Element{0x0030, "report_mode", Kind::kBytes},
    Element{0x0031, "fence", Kind::kBytes},
    Element{0x0033, "", Kind::kSpecial, 18, take_gps},
    Element{0x0034, "event", Kind::kBytes},
    Element{0x0035, "live_or_buffered", Kind::kNumber},
    Element{0x0036, "", Kind::kSpecial, 0, add_wifi},
    Element{0x0043, "", Kind::kSpecial, 11,
            [](ByteReader& value, Modular& to) { add_serving_cell(value, true, to); }},
    Element{0x0044, "", Kind::kSpecial, 0, add_neighbours},
    Element{0x0045, "beacons", Kind::kBytes},
};

std::uint64_t number_of(ByteReader value) {
  std::uint64_t number = 0;
  while (value.remaining() > 0) number = number << 8 | value.u8();
  return number;
}

void add_plain(const Element& element, ByteView bytes, Modular& to) {
  const ByteReader value(bytes);
  switch (element.kind) {
    case Kind::kDigits:
      to.attributes.add(element.name, keep_digits(bytes, to.context.to));
      break;
    case Kind::kHundredths:
      to.attributes.add(element.name, static_cast<double>(number_of(value)) / 100);
      break;
    case Kind::kTenths:
      to.attributes.add(element.name, static_cast<double>(number_of(value)) / 10);
      break;
    case Kind::kNumber:
      to.attributes.add_number(element.name, number_of(value));
      break;
    default:
      to.attributes.add(element.name, bytes);
      break;
  }
}

// False for an element that has not the form of its id, or that repeats one.
bool take_element(const Element& element, ByteView bytes, Modular& to) {
  constexpr std::size_t kMostNumber = 8;
  if (!element.name.empty() && to.attributes.has(element.name)) return false;
  if (element.take == take_gps && to.gps_time_s) return false;
  if (element.size != 0 && element.size != bytes.size()) return false;
  if (element.kind == Kind::kSpecial) {
    ByteReader value(bytes);
    const std::size_t cells = to.context.to.cells.size();
    const std::size_t points = to.context.to.wifi.size();
    element.take(value, to);
    if (value.ok() && value.remaining() == 0) return true;
    to.message.cells.count -= static_cast<std::uint32_t>(to.context.to.cells.size() - cells);
    to.message.wifi.count -= static_cast<std::uint32_t>(to.context.to.wifi.size() - points);
    to.context.to.cells.resize(cells);
    to.context.to.wifi.resize(points);
    return false;
  }
  const bool bytes_or_digits = element.kind == Kind::kBytes || element.kind == Kind::kDigits;
  if (!bytes_or_digits && bytes.size() > kMostNumber) return false;
  add_plain(element, bytes, to);
  return true;
}

}  // namespace

Outcome decode_modular(const Frame& frame, const DecodeContext& context, Message& message) {
  constexpr std::uint16_t kAcknowledgementWanted = 0x1000;
  if (!is_tlv_list(frame.content, TlvForm::kLongLength)) {
    return dead_letter(DecodeError::kBadRecord, "lengths of elements that contradict the frame's");
  }
  AttributeList attributes(context.to);
  message.cells = {static_cast<std::uint32_t>(context.to.cells.size()), 0};
  message.wifi = {static_cast<std::uint32_t>(context.to.wifi.size()), 0};
  Modular modular{context, attributes, message, {}, {}, {}};
  for (ByteReader list(frame.content); list.remaining() > 0;) {
    const Tlv tlv = read_tlv(list, TlvForm::kLongLength);
    const std::uint16_t id = ByteReader(tlv.id).u16();
    if (id == kAcknowledgementWanted) context.needs.asked = true;
    const auto element = std::ranges::find(kElements, id, &Element::id);
    if (element == kElements.end() || !take_element(*element, tlv.value, modular)) {
      add_unnamed(tlv, context.to, attributes);
    }
  }
  if (!modular.gps_time_s) {
    message.attributes = attributes.range();
    return {};
  }
  message.type = MessageType::kLocation;
  const Clock::Time time = context.clock.read(Clock::Base::kUtc, *modular.gps_time_s * 1000);
  return append_timed_fix(frame, modular.fix, time, attributes, context, message);
}

}  // namespace rastro::gt06
