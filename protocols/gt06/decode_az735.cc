// The numbers 0x31 to 0x33 of the AZ735 and SL4X families (gt06.md 8).
#include "protocols/gt06/decode.h"
#include "protocols/gt06/number.h"

namespace rastro::gt06 {
namespace {

constexpr std::size_t kLbsWideMncSize = 10;

// Status u16; the document has codes for its high byte.
void add_status(std::uint16_t status, AttributeList& attributes, AlarmSet& alarms) {
  attributes.add_number("status", status);
  switch (status >> 8) {
    case 0xA0:
      attributes.add("armed", true);
      break;
    case 0xA1:
      attributes.add("armed", false);
      break;
    case 0xA2:
    case 0xA3:
      raise(alarms, Alarm::kLowBattery);
      break;
    case 0xA5:
      raise(alarms, Alarm::kDoor);
      break;
    default:
      break;
  }
}

// Length u8 and so many bytes: MCC, MNC, LAC, cell and strength; another size is a form of the maker's own.
void add_serving_cell(ByteView block, const DecodeContext& context, AttributeList& attributes,
                      Message& message, LbsBlock& network) {
  if (block.size() != kLbsSize + 1) {
    if (!block.empty()) attributes.add("cell_raw", block);
    return;
  }
  ByteReader reader(block);
  network = read_lbs(reader, LbsForm::kClassic);
  append_cell(network, reader.u8(), context.to, message);
}

// LAC 2, cell 3, strength 1 each, in the network of the serving cell.
void add_neighbours(ByteView list, const DecodeContext& context, Message& message, LbsBlock network) {
  ByteReader reader(list);
  for (constexpr std::size_t kSize = 6; reader.remaining() >= kSize;) {
    network.lac = reader.u16();
    network.cell = reader.u24();
    const std::uint8_t strength = reader.u8();
    if (network.lac != 0 || network.cell != 0) {
      append_cell(network, strength, context.to, message);
    }
  }
}

}  // namespace

// Short form of 0x31 and 0x32: GPS block, then LBS with an MNC of two and a cell of four bytes.
Outcome decode_az735_location(const Frame& frame, const DecodeContext& context, Message& message) {
  if (frame.content.empty()) return {};
  if (frame.extended && frame.number == number::kAlarmOfAz735) {
    return decode_az735_status(frame, context, message);
  }
  ByteReader reader(frame.content);
  const GpsBlock gps = read_gps(reader);
  if (!reader.ok()) return kTooShort;
  AttributeList attributes(context.to);
  if (reader.remaining() >= kLbsWideMncSize) {
    append_single_cell(read_lbs(reader, LbsForm::kWideMnc), context.to, message);
  }
  attributes.add_extra(reader.rest());
  const bool live = frame.number == number::kGpsOfAz735;
  return append_fix(frame, {gps, Clock::Base::kUtc, live, {}}, attributes, context, message);
}

// Long form of 0x32 and 0x33: time 6 | GPS length u8 (0: none), GPS | LBS length u8, LBS | length of more
// cells u8, cells | Wi-Fi length u8, Wi-Fi | status u16.
Outcome decode_az735_status(const Frame& frame, const DecodeContext& context, Message& message) {
  constexpr std::size_t kGpsWithoutTime = kGpsSize - kTimeSize;
  if (frame.content.empty()) return {};
  if (!frame.extended) return keep_raw(message);
  ByteReader reader(frame.content);
  const ByteView time = reader.bytes(kTimeSize);
  const ByteView gps_block = reader.bytes(reader.u8());
  const ByteView lbs = reader.bytes(reader.u8());
  const ByteView cells = reader.bytes(reader.u8());
  const ByteView wifi = reader.bytes(reader.u8());
  const std::uint16_t status = reader.u16();
  if (!reader.ok()) return kTooShort;
  message.type = MessageType::kStatus;
  AttributeList attributes(context.to);
  AlarmSet alarms;
  add_status(status, attributes, alarms);
  message.cells = {static_cast<std::uint32_t>(context.to.cells.size()), 0};
  LbsBlock network;
  add_serving_cell(lbs, context, attributes, message, network);
  add_neighbours(cells, context, message, network);
  if (!wifi.empty()) attributes.add("wifi_raw", wifi);
  attributes.add_extra(reader.rest());
  if (gps_block.size() == kGpsWithoutTime) {
    // Time and block stand apart here: the length byte is between them.
    ByteReader time_reader(time);
    ByteReader gps_reader(gps_block);
    GpsBlock gps;
    read_time(time_reader, gps);
    read_gps_values(gps_reader, gps);
    return append_fix(frame, {gps, Clock::Base::kUtc, false, alarms}, attributes, context, message);
  }
  if (!gps_block.empty()) attributes.add("gps_raw", gps_block);
  const Outcome outcome = add_time(time, Clock::Base::kUtc, context, attributes);
  message.attributes = attributes.range();
  message.alarms = alarms;
  return outcome;
}

}  // namespace rastro::gt06
