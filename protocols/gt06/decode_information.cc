// 0x94: information of many kinds, told by the first byte (gt06.md 6.13).
#include <algorithm>
#include <array>

#include "protocols/gt06/decode.h"
#include "protocols/gt06/text.h"

namespace rastro::gt06 {
namespace {

// What a decoder of a sub-type works on.
struct Information {
  ByteReader& reader;
  const DecodeContext& context;
  AttributeList& attributes;
  Message& message;
};

// 00: external voltage u16; some send a byte more for a second input.
Outcome decode_voltage(const Information& in) {
  in.attributes.add("external_power_v", find_voltage(in.reader.u16(), in.context.settings.voltage_scale_v));
  return {};
}

// The name of a status as an attribute: in small letters. Empty for what is none.
std::string find_status_name(std::string_view key) {
  constexpr std::size_t kLongest = 16;
  std::string name;
  for (const char c : key.substr(0, kLongest)) {
    const bool letter = c >= 'A' && c <= 'Z';
    if (!letter && (c < '0' || c > '9')) return {};
    name += letter ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return name;
}

std::optional<std::uint8_t> find_hex_byte(std::string_view digits) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  if (digits.size() != 2) return std::nullopt;
  const std::size_t high = kDigits.find(digits[0]);
  const std::size_t low = kDigits.find(digits[1]);
  if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint8_t>(high << 4 | low);
}

void add_status(std::string_view key, std::string_view value, const Information& in) {
  const std::string name = find_status_name(key);
  if (name.empty()) return;
  in.attributes.add(in.context.to.keep(name), value);
  const auto byte = find_hex_byte(value);
  if (!byte) return;
  if (name == "sta1") in.attributes.add("armed", (*byte & 1 << 7) != 0);
  if (name == "dyd") in.attributes.add("blocked", (*byte & 1 << 1) != 0);
}

// 04: "ALM1=C4;…;STA1=C0;DYD=01;SOS=,,;…". All of it is the text, what has a name is an attribute too.
Outcome decode_status_text(const Information& in) {
  const std::string_view text = as_text(in.reader.bytes(in.reader.remaining()));
  in.message.text = text;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(';', at), text.size());
    const std::string_view item = text.substr(at, end - at);
    const std::size_t equals = item.find('=');
    if (equals != std::string_view::npos) add_status(item.substr(0, equals), item.substr(equals + 1), in);
    at = end + 1;
  }
  return {};
}

// 05: one byte of bits, in a variant behind a time.
Outcome decode_door(const Information& in) {
  Outcome outcome;
  if (in.reader.remaining() == kTimeSize + 1) {
    outcome = add_time(in.reader.bytes(kTimeSize), Clock::Base::kUtc, in.context, in.attributes);
  }
  const std::uint8_t bits = in.reader.u8();
  in.attributes.add("door", (bits & 1 << 0) != 0);
  in.attributes.add("door_trigger", (bits & 1 << 1) != 0);
  in.attributes.add("door_io_level", (bits & 1 << 2) != 0);
  return outcome;
}

Outcome decode_text(const Information& in) {
  in.message.text = as_text(in.reader.bytes(in.reader.remaining()));
  return {};
}

struct SatelliteNames {
  std::string_view state, used, used_snr, visible, visible_snr;
};

void add_satellites(const SatelliteNames& names, const Information& in) {
  in.attributes.add_number(names.state, in.reader.u8());
  const std::size_t used = in.reader.u8();
  in.attributes.add_number(names.used, used);
  in.attributes.add(names.used_snr, in.reader.bytes(used));
  const std::size_t visible = in.reader.u8();
  in.attributes.add_number(names.visible, visible);
  in.attributes.add(names.visible_snr, in.reader.bytes(visible));
}

// 09: module status, count in the fix and as many SNR bytes, count of visible ones and as many SNR bytes, of
// GPS and of BDS; length and bytes of an extension.
Outcome decode_gnss(const Information& in) {
  add_satellites({"gps_state", "gps_used", "gps_used_snr", "gps_visible", "gps_visible_snr"}, in);
  if (in.reader.remaining() == 0) return {};
  add_satellites({"bds_state", "bds_used", "bds_used_snr", "bds_visible", "bds_visible_snr"}, in);
  if (in.reader.remaining() == 0) return {};
  const ByteView extension = in.reader.bytes(in.reader.u8());
  if (!extension.empty()) in.attributes.add("gnss_extension", extension);
  return {};
}

// 0A: IMEI 8, IMSI 8, ICCID 10, all BCD.
Outcome decode_numbers(const Information& in) {
  in.attributes.add("imei", keep_digits(in.reader.bytes(8), in.context.to));
  in.attributes.add("imsi", keep_digits(in.reader.bytes(8), in.context.to));
  in.attributes.add("iccid", keep_digits(in.reader.bytes(10), in.context.to));
  return {};
}

// 0D: the line of a fuel sensor, "!AIOIL,…"; of some devices behind a time.
Outcome decode_fuel_text(const Information& in) {
  Outcome outcome;
  const ByteView rest = in.reader.rest();
  if (rest.size() > kTimeSize && rest[0] != '!' && rest[kTimeSize] == '!') {
    outcome = add_time(in.reader.bytes(kTimeSize), Clock::Base::kUtc, in.context, in.attributes);
  }
  decode_text(in);
  return outcome;
}

// 1B: RFID, 5 to 8 bytes.
Outcome decode_rfid(const Information& in) {
  in.attributes.add("driver_id", keep_hex(in.reader.bytes(in.reader.remaining()), in.context.to));
  return {};
}

// 1E: temperature i32 / 10, humidity i32 / 10.
Outcome decode_climate(const Information& in) {
  in.attributes.add("temperature_c", in.reader.i32() / 10.0);
  in.attributes.add("humidity_percent", in.reader.i32() / 10.0);
  return {};
}

// 21, 23: address and key of Bluetooth.
Outcome decode_bluetooth_address(const Information& in) {
  in.attributes.add("bluetooth_address", in.reader.bytes(in.reader.remaining()));
  return {};
}

Outcome decode_bluetooth_key(const Information& in) {
  in.attributes.add("bluetooth_key", in.reader.bytes(in.reader.remaining()));
  return {};
}

struct SubType {
  std::uint8_t number;
  Outcome (*decode)(const Information& in);
};

// 01 to 03, 06 and 0B have no one meaning: their bytes are kept as `data`.
constexpr std::array kSubTypes = {
    SubType{0x00, decode_voltage},       SubType{0x04, decode_status_text},
    SubType{0x05, decode_door},          SubType{0x08, decode_text},
    SubType{0x09, decode_gnss},          SubType{0x0A, decode_numbers},
    SubType{0x0D, decode_fuel_text},     SubType{0x1B, decode_rfid},
    SubType{0x1E, decode_climate},       SubType{0x21, decode_bluetooth_address},
    SubType{0x23, decode_bluetooth_key},
};

}  // namespace

Outcome decode_information(const Frame& frame, const DecodeContext& context, Message& message) {
  // A variant in the short form has a value like a voltage and no sub-type at all.
  constexpr std::size_t kValueAlone = 2;
  if (frame.content.empty()) return {};
  if (!frame.extended && frame.content.size() == kValueAlone) return keep_raw(message);
  ByteReader reader(frame.content);
  const std::uint8_t number = reader.u8();
  AttributeList attributes(context.to);
  attributes.add_number("information_type", number);
  Outcome outcome;
  const auto row = std::ranges::find(kSubTypes, number, &SubType::number);
  if (row != kSubTypes.end()) {
    outcome = row->decode({reader, context, attributes, message});
    if (!reader.ok()) return kTooShort;
    attributes.add_extra(reader.rest());
  } else if (reader.remaining() > 0) {
    attributes.add("data", reader.rest());
  }
  message.attributes = attributes.range();
  return outcome;
}

}  // namespace rastro::gt06
