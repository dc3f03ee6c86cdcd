// Cells and access points (gt06.md 6.9, 6.15, 8).
#include "protocols/gt06/decode.h"
#include "protocols/gt06/number.h"
#include "protocols/gt06/watch.h"

namespace rastro::gt06 {
namespace {

constexpr std::size_t kCellCount = 7;  // the serving cell first
constexpr std::size_t kAccessPointSize = 7;

// `count` cells of LAC, cell id and strength in a network that stands before them. Empty ones are zero.
void append_cells(ByteReader& reader, LbsBlock network, std::size_t count, std::size_t cell_size,
                  MessageBuffer& to, Message& message) {
  message.cells = {static_cast<std::uint32_t>(to.cells.size()), 0};
  for (std::size_t i = 0; i < count; ++i) {
    network.lac = cell_size == 8 ? reader.u32() : reader.u16();
    network.cell = cell_size == 8 ? reader.u64() : cell_size == 3 ? reader.u24() : reader.u16();
    const std::uint8_t strength = reader.u8();
    if (network.lac != 0 || network.cell != 0) {
      append_cell(network, strength, to, message);
    }
  }
}

void append_access_point(ByteReader& reader, bool named, MessageBuffer& to, Message& message) {
  WifiAccessPoint point;
  point.mac = reader.u16();
  point.mac = point.mac << 32 | reader.u32();
  point.rssi_dbm = find_rssi_dbm(reader.u8());
  if (named) {
    const ByteView ssid = reader.bytes(reader.u8());
    point.ssid = {reinterpret_cast<const char*>(ssid.data()), ssid.size()};
  }
  to.wifi.push_back(point);
  ++message.wifi.count;
}

// Whether `count` access points with names (SSID length u8, SSID) make up the bytes exactly.
bool has_names(ByteView list, std::size_t count) {
  ByteReader reader(list);
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    reader.skip(kAccessPointSize);
    reader.skip(reader.u8());
  }
  return reader.ok() && reader.remaining() == 0;
}

// Count u8 | n × (MAC 6, strength u8), in another firmware each with its SSID. False when they do not fit.
bool append_wifi(ByteReader& reader, MessageBuffer& to, Message& message) {
  const std::size_t count = reader.u8();
  message.wifi = {static_cast<std::uint32_t>(to.wifi.size()), 0};
  const bool named = reader.remaining() != count * kAccessPointSize && has_names(reader.rest(), count);
  if (!named && reader.remaining() < count * kAccessPointSize) return false;
  for (std::size_t i = 0; i < count; ++i) append_access_point(reader, named, to, message);
  return true;
}

bool is_wifi(std::uint8_t number) { return number == number::kWifi || number == number::kWifi4G; }

// Size of a cell id in the list: told by what is left, since one variant of the lists without access points
// has ids of two bytes.
std::size_t cell_size_of(std::uint8_t number, std::size_t left) {
  constexpr std::size_t kNarrowCell = 5;
  constexpr std::size_t kTimingAndLanguage = 3;
  if (number == number::kCells4G || number == number::kWifi4G) return 8;
  return !is_wifi(number) && left == kCellCount * kNarrowCell + kTimingAndLanguage ? 2 : 3;
}

}  // namespace

// 0x11: LBS, or a time and LBS; of clones, a GPS block and more.
Outcome decode_lbs(const Frame& frame, const DecodeContext& context, Message& message) {
  const std::size_t size = frame.content.size();
  AttributeList attributes(context.to);
  Outcome outcome;
  ByteReader reader(frame.content);
  if (size == kTimeSize + kLbsSize) {
    outcome = add_time(reader.bytes(kTimeSize), Clock::Base::kLocal, context, attributes);
  } else if (size != kLbsSize) {
    return size == 0 ? Outcome{} : decode_lbs_variants(frame, context, message);
  }
  append_single_cell(read_lbs(reader, LbsForm::kClassic), context.to, message);
  message.attributes = attributes.range();
  return outcome;
}

// 0x18, 0x28, 0x2C, 0xA1, 0xA2: time 6 | MCC | MNC | 7 × (LAC, cell, strength) | timing advance u8 |
// language u16, or with access points in its place.
Outcome decode_cells(const Frame& frame, const DecodeContext& context, Message& message) {
  if (frame.content.empty()) return {};
  if (frame.number == number::kWifi4G && starts_with_gps(frame.content)) {
    return decode_lbs_variants(frame, context, message);
  }
  const Clock::Base base = frame.number == number::kCellsLocal ? Clock::Base::kLocal : Clock::Base::kUtc;
  const LbsForm form = frame.number >= number::kGpsLbs4G ? LbsForm::k4G : LbsForm::kClassic;
  ByteReader reader(frame.content);
  const ByteView time = reader.bytes(kTimeSize);
  LbsBlock network;
  read_network(reader, form, network);
  if (!reader.ok()) return kTooShort;
  AttributeList attributes(context.to);
  const Outcome outcome = add_time(time, base, context, attributes);
  append_cells(reader, network, kCellCount, cell_size_of(frame.number, reader.remaining()), context.to,
               message);
  attributes.add_number("timing_advance", reader.u8());
  if (is_wifi(frame.number)) {
    if (!append_wifi(reader, context.to, message)) return kTooShort;
  } else {
    attributes.add_number("language", reader.u16());
  }
  if (!reader.ok()) return kTooShort;
  attributes.add_extra(reader.rest());
  message.attributes = attributes.range();
  return outcome;
}

// 0x24 and clones of others: length and content decide (6.9). A GPS block with a cell, or time 6 | one byte |
// MCC | MNC | five cells as in 0x28.
Outcome decode_lbs_variants(const Frame& frame, const DecodeContext& context, Message& message) {
  constexpr std::size_t kFiveCells = 5;
  constexpr std::size_t kFiveCellsSize = kTimeSize + 1 + 3 + kFiveCells * 6 + 4;
  ByteReader reader(frame.content);
  AttributeList attributes(context.to);
  if (starts_with_gps(frame.content)) {
    message.type = MessageType::kLocation;
    const bool wide = frame.number == number::kWifi4G;
    const GpsBlock gps = read_gps(reader);
    ByteReader cell = reader;
    const LbsBlock lbs = read_lbs(cell, wide ? LbsForm::k4G : LbsForm::kClassic);
    if (cell.ok()) {
      append_single_cell(lbs, context.to, message);
      reader = cell;
    }
    attributes.add_extra(reader.rest());
    return append_fix(frame, {gps, Clock::Base::kUtc, false, {}}, attributes, context, message);
  }
  if (frame.number != number::kLbsVariants || frame.content.size() != kFiveCellsSize) {
    return keep_raw(message);
  }
  const Outcome outcome = add_time(reader.bytes(kTimeSize), Clock::Base::kUtc, context, attributes);
  attributes.add_number("list_kind", reader.u8());
  LbsBlock network;
  read_network(reader, LbsForm::kClassic, network);
  append_cells(reader, network, kFiveCells, 3, context.to, message);
  attributes.add_extra(reader.rest());
  message.attributes = attributes.range();
  return outcome;
}

// The Wi-Fi watches' 0x69 and 0x17 (section 8): time 6, BCD | access points, as many as the length byte says
// | count u8 | MCC | MNC | cells (LAC u16, cell u16, strength u8).
Outcome decode_wifi_query(const Frame& frame, const DecodeContext& context, Message& message) {
  AttributeList attributes(context.to);
  if (!frame.watch) return keep_raw(message);
  ByteReader reader(frame.content);
  // The frame is one by its time, so that there always is one.
  const std::int64_t reading_ms = find_time(read_bcd_time(reader), 0).value_or(0);
  add_device_time(context.clock.read(Clock::Base::kUtc, reading_ms).utc_ms, context, attributes);
  message.type = frame.watch_access_points > 0 ? MessageType::kWifi : MessageType::kCells;
  message.wifi = {static_cast<std::uint32_t>(context.to.wifi.size()), 0};
  for (std::size_t i = 0; i < frame.watch_access_points; ++i) {
    append_access_point(reader, false, context.to, message);
  }
  const std::size_t count = reader.u8();
  LbsBlock network;
  read_network(reader, LbsForm::kClassic, network);
  append_cells(reader, network, count, 2, context.to, message);
  message.attributes = attributes.range();
  return {};
}

}  // namespace rastro::gt06
