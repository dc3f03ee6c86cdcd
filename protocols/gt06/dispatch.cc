#include "protocols/gt06/dispatch.h"

#include <array>

#include "protocols/gt06/fix.h"
#include "protocols/gt06/message.h"
#include "protocols/gt06/number.h"
#include "schema/json.h"
#include "schema/record_hash.h"

namespace rastro::gt06 {
namespace {

constexpr Outcome dead_letter(DecodeError error, std::string_view detail) {
  return {error, Disposition::kDeadLetter, detail};
}

constexpr Outcome kTooShort =
    dead_letter(DecodeError::kContentTooShort, "content is shorter than its document says");

Outcome decode_login(const Frame& frame, const DecodeContext& context, Message& message) {
  LoginContent login;
  if (!read_login(frame.content, login)) return kTooShort;
  AttributeList attributes(context.to);
  if (!login.type_code.empty()) attributes.add("type_code", login.type_code);
  if (login.zone_and_language) {
    if (const auto offset_s = find_utc_offset(*login.zone_and_language)) {
      attributes.add("utc_offset_min", std::int64_t{*offset_s / 60});
    } else {
      attributes.add("zone_raw", std::uint64_t{*login.zone_and_language});
    }
    attributes.add("language", std::uint64_t{*login.zone_and_language & 3u});
  }
  if (!login.extra.empty()) attributes.add("extra", login.extra);
  message.attributes = attributes.range();
  return {};
}

// Completes the fix of a message whose content could be read. The attributes of the message are the fix's.
Outcome append_fix(const Frame& frame, const GpsBlock& gps, std::int64_t time_ms, AlarmSet alarms,
                   const AttributeList& attributes, MessageBuffer& to, Message& message) {
  Fix fix = find_fix(gps);
  fix.time_ms = time_ms;
  fix.record_hash = record_hash(frame.record);
  fix.alarms = alarms;
  fix.attributes = attributes.range();
  message.fixes = {static_cast<std::uint32_t>(to.fixes.size()), 1};
  to.fixes.push_back(fix);
  const bool in_range = fix.latitude_deg >= -90 && fix.latitude_deg <= 90 && fix.longitude_deg >= -180 &&
                        fix.longitude_deg <= 180;
  if (in_range) return {};
  return {DecodeError::kImpossiblePlace, Disposition::kNoted, "beyond 90 or 180 degrees"};
}

constexpr Outcome kNoCalendar =
    dead_letter(DecodeError::kImpossibleTime, "date or time that no calendar has");

// 0x22, 0x26, 0x27 are UTC; 0x10, 0x12, 0x16 the device's local time (section 3).
bool local_time(const Frame& frame) {
  return frame.number == number::kGps || frame.number == number::kGpsLbs ||
         frame.number == number::kAlarmLocal;
}

std::optional<std::int64_t> time_of(const Frame& frame, const GpsBlock& gps, const DecodeContext& context) {
  return find_time(gps, local_time(frame) ? context.utc_offset_s : 0);
}

// Only said when it is so: most receivers never are.
void append_differential(const GpsBlock& gps, AttributeList& attributes) {
  if ((gps.course_and_status & kDifferential) != 0) attributes.add("differential", true);
}

Outcome decode_location(const Frame& frame, const DecodeContext& context, Message& message) {
  if (frame.content.empty()) return {};  // 9.1: a sign of life without a word
  LocationContent location;
  if (!read_location(frame, location)) return kTooShort;
  const auto time_ms = time_of(frame, location.gps, context);
  if (!time_ms) return kNoCalendar;

  AttributeList attributes(context.to);
  append_differential(location.gps, attributes);
  if (location.upload) {
    attributes.add("ignition", location.upload->acc != 0);
    attributes.add("upload_mode", std::uint64_t{location.upload->mode});
    attributes.add("reupload", location.upload->reupload != 0);
  } else if ((location.gps.course_and_status & kAccPresent) != 0) {
    attributes.add("ignition", (location.gps.course_and_status & kAccOn) != 0);
  }
  if (location.mileage) attributes.add("odometer_m", std::uint64_t{*location.mileage});
  if (!location.extra.empty()) attributes.add("extra", location.extra);
  append_cell(location.lbs, context.to, message);
  return append_fix(frame, location.gps, *time_ms, {}, attributes, context.to, message);
}

Outcome decode_alarm(const Frame& frame, const DecodeContext& context, Message& message) {
  if (frame.content.empty()) return {};
  AlarmContent alarm;
  if (!read_alarm(frame, alarm)) return kTooShort;
  const auto time_ms = time_of(frame, alarm.gps, context);
  if (!time_ms) return kNoCalendar;

  constexpr std::uint8_t kNoFence = 0xFF;
  AttributeList attributes(context.to);
  append_differential(alarm.gps, attributes);
  append_status(alarm.status, true, attributes);
  attributes.add("alarm_code", std::uint64_t{alarm.alarm});
  attributes.add("language", std::uint64_t{alarm.language});
  if (alarm.fence && *alarm.fence != kNoFence) attributes.add("fence", std::uint64_t{*alarm.fence});
  if (alarm.mileage) attributes.add("odometer_m", std::uint64_t{*alarm.mileage});
  if (!alarm.extra.empty()) attributes.add("extra", alarm.extra);
  append_cell(alarm.lbs, context.to, message);
  const AlarmSet alarms = find_alarms(alarm.alarm, alarm.status.information);
  return append_fix(frame, alarm.gps, *time_ms, alarms, attributes, context.to, message);
}

void append_tlv(const Tlv& tlv, MessageBuffer& to, AttributeList& attributes) {
  ByteReader id_reader(tlv.id);
  const std::uint16_t id = id_reader.u16();
  ByteReader value(tlv.value);
  if (id == 0x0018 && tlv.value.size() == 2) {
    attributes.add("battery_v", value.u16() / 100.0);
  } else if (id == 0x0032 && tlv.value.size() == 1) {
    attributes.add("start_reason", std::uint64_t{value.u8()});
  } else if (id == 0x006A && tlv.value.size() == 1) {
    attributes.add("battery_percent", std::uint64_t{value.u8()});
  } else {
    std::string name = "tlv_";
    append_hex(tlv.id, name);
    attributes.add(to.keep(name), tlv.value);
  }
}

bool is_tlv_list(ByteView bytes) {
  ByteReader reader(bytes);
  while (reader.ok() && reader.remaining() > 0) read_tlv(reader);
  return reader.ok();
}

Outcome decode_heartbeat(const Frame& frame, const DecodeContext& context, Message& message) {
  if (frame.content.empty()) return {};
  HeartbeatContent heartbeat;
  if (!read_heartbeat(frame, heartbeat)) return kTooShort;
  if (!is_tlv_list(heartbeat.tlvs)) {
    message.type = MessageType::kUnknown;  // some models use 0x36 for a location of their own
    return {};
  }
  AttributeList attributes(context.to);
  append_status(heartbeat.status, !heartbeat.external_voltage, attributes);
  if (heartbeat.external_voltage) attributes.add("external_power_v", *heartbeat.external_voltage / 100.0);
  if (heartbeat.language) {
    // A word with a high byte is the port status that newer models have there.
    attributes.add(*heartbeat.language <= 0xFF ? "language" : "port_status",
                   std::uint64_t{*heartbeat.language});
  }
  ByteReader tlvs(heartbeat.tlvs);
  while (tlvs.remaining() > 0) append_tlv(read_tlv(tlvs), context.to, attributes);
  if (!heartbeat.extra.empty()) attributes.add("extra", heartbeat.extra);
  message.attributes = attributes.range();
  message.alarms = find_alarms(0, heartbeat.status.information);
  return {};
}

using enum MessageType;
using enum Answer;

constexpr std::array kKinds = {
    MessageKind{number::kLogin, kLogin, kAtOnce, decode_login},
    MessageKind{number::kGps, kLocation, kIfAllAnswered, decode_location},
    MessageKind{number::kGpsLbs, kLocation, kIfAllAnswered, decode_location},
    MessageKind{number::kHeartbeat, kHeartbeat, kAtOnce, decode_heartbeat},
    MessageKind{number::kAlarmLocal, kAlarm, kDocumented, decode_alarm},
    MessageKind{number::kGpsLbsUtc, kLocation, kIfAllAnswered, decode_location},
    MessageKind{number::kHeartbeatVoltage, kHeartbeat, kAtOnce, decode_heartbeat},
    MessageKind{number::kAlarmUtc, kAlarm, kDocumented, decode_alarm},
    MessageKind{number::kAlarmFence, kAlarm, kDocumented, decode_alarm},
    MessageKind{number::kPhotoPart, kUnknown, kNever},
    MessageKind{number::kHeartbeatTlv, kHeartbeat, kAtOnce, decode_heartbeat},
    MessageKind{number::kModular, kUnknown, kIfAllAnswered, nullptr, true},
    // The server's own commands: sent back, a device would take the echo for one.
    MessageKind{number::kCommand, kUnknown, kNever},
    MessageKind{number::kCheckCommand, kUnknown, kNever},
    MessageKind{number::kCommandOfClones, kUnknown, kNever},
    // Asks for the time of day, which a session does not know: an answer without it might set a wrong clock.
    MessageKind{number::kTimeRequest, kTimeRequest, kNever},
};

constexpr MessageKind kOther{};

// Row of each number; kKinds.size() for those without one.
constexpr auto kRowOf = [] {
  std::array<std::uint8_t, 256> rows{};
  rows.fill(kKinds.size());
  for (std::size_t i = 0; i < kKinds.size(); ++i) rows[kKinds[i].number] = static_cast<std::uint8_t>(i);
  return rows;
}();

}  // namespace

const MessageKind& find_message_kind(std::uint8_t number) {
  const std::size_t row = kRowOf[number];
  return row < kKinds.size() ? kKinds[row] : kOther;
}

}  // namespace rastro::gt06
