// Logins, signs of life and requests for the time (gt06.md 6.1, 6.3, 6.4, 6.12, 6.16).
#include "protocols/gt06/decode.h"

namespace rastro::gt06 {
namespace {

void append_tlv(const Tlv& tlv, MessageBuffer& to, AttributeList& attributes) {
  ByteReader id_reader(tlv.id);
  const std::uint16_t id = id_reader.u16();
  ByteReader value(tlv.value);
  if (id == 0x0018 && tlv.value.size() == 2) {
    attributes.add("battery_v", value.u16() / 100.0);
  } else if (id == 0x0032 && tlv.value.size() == 1) {
    attributes.add_number("start_reason", value.u8());
  } else if (id == 0x006A && tlv.value.size() == 1) {
    attributes.add_number("battery_percent", value.u8());
  } else {
    add_unnamed(tlv, to, attributes);
  }
}

}  // namespace

Outcome decode_login(const Frame& frame, const DecodeContext& context, Message& message) {
  LoginContent login;
  read_login(frame.content, login);  // the session has read it before
  AttributeList attributes(context.to);
  if (!login.type_code.empty()) attributes.add("type_code", login.type_code);
  if (login.zone_and_language) {
    if (const auto offset_s = find_utc_offset(*login.zone_and_language)) {
      attributes.add("utc_offset_min", std::int64_t{*offset_s / 60});
    } else {
      attributes.add_number("zone_raw", *login.zone_and_language);
    }
    attributes.add_number("language", *login.zone_and_language & 3u);
  }
  attributes.add_extra(login.extra);
  message.attributes = attributes.range();
  return {};
}

Outcome decode_heartbeat(const Frame& frame, const DecodeContext& context, Message& message) {
  if (frame.content.empty()) return {};
  HeartbeatContent heartbeat;
  if (!read_heartbeat(frame, heartbeat)) return kTooShort;
  if (!is_tlv_list(heartbeat.tlvs, TlvForm::kShortLength)) {
    return decode_heartbeat_location(frame, context, message);
  }
  AttributeList attributes(context.to);
  append_status(heartbeat.status, !heartbeat.external_voltage, attributes);
  if (heartbeat.external_voltage) {
    attributes.add("external_power_v",
                   find_voltage(*heartbeat.external_voltage, context.settings.voltage_scale_v));
  }
  if (heartbeat.language) {
    // A word with a high byte is the port status that newer models have there.
    attributes.add_number(*heartbeat.language <= 0xFF ? "language" : "port_status", *heartbeat.language);
  }
  ByteReader tlvs(heartbeat.tlvs);
  while (tlvs.remaining() > 0) append_tlv(read_tlv(tlvs, TlvForm::kShortLength), context.to, attributes);
  attributes.add_extra(heartbeat.extra);
  message.attributes = attributes.range();
  message.alarms = find_alarms(0, heartbeat.status.information);
  return {};
}

Outcome decode_time_request(const Frame& frame, const DecodeContext& context, Message& message) {
  AttributeList attributes(context.to);
  attributes.add_extra(frame.content);
  message.attributes = attributes.range();
  return {};
}

}  // namespace rastro::gt06
