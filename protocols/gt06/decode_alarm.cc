// Alarms with a position or with a cell (gt06.md 6.5, 6.7, 6.9, 6.15).
#include "protocols/gt06/decode.h"
#include "protocols/gt06/number.h"

namespace rastro::gt06 {
namespace {

void add_alarm_code(std::uint8_t alarm, std::uint8_t language, AttributeList& attributes) {
  attributes.add_number("alarm_code", alarm);
  attributes.add_number("language", language);
}

// The status block alone: 0xA3 of real devices that have no position (6.7).
Outcome decode_alarm_without_position(const Frame& frame, const DecodeContext& context, Message& message) {
  ByteReader reader(frame.content);
  const TerminalStatus status = read_status(reader);
  const std::uint8_t alarm = reader.u8();
  const std::uint8_t language = reader.u8();
  if (!reader.ok()) return kTooShort;
  AttributeList attributes(context.to);
  append_status(status, true, attributes);
  add_alarm_code(alarm, language, attributes);
  attributes.add_extra(reader.rest());
  message.attributes = attributes.range();
  message.alarms = find_alarms(alarm, status.information);
  return {};
}

}  // namespace

Outcome decode_alarm(const Frame& frame, const DecodeContext& context, Message& message) {
  // The status block, and the fence and a byte more that such frames have.
  constexpr std::size_t kMostWithoutPosition = 7;
  if (frame.content.empty()) return {};
  if (frame.number == number::kAlarmFence4G && frame.content.size() <= kMostWithoutPosition) {
    return decode_alarm_without_position(frame, context, message);
  }
  AlarmContent alarm;
  if (!read_alarm(frame, alarm)) return kTooShort;

  constexpr std::uint8_t kNoFence = 0xFF;
  AttributeList attributes(context.to);
  if ((alarm.gps.course_and_status & kDifferential) != 0) attributes.add("differential", true);
  append_status(alarm.status, true, attributes);
  add_alarm_code(alarm.alarm, alarm.language, attributes);
  if (alarm.fence && *alarm.fence != kNoFence) attributes.add_number("fence", *alarm.fence);
  if (alarm.mileage) {
    attributes.add_number("odometer_m", find_odometer_m(*alarm.mileage, context.settings.mileage_unit));
  }
  attributes.add_extra(alarm.extra);
  if (alarm.lbs) append_single_cell(*alarm.lbs, context.to, message);
  const Clock::Base base = frame.number == number::kAlarmLocal ? Clock::Base::kLocal : Clock::Base::kUtc;
  // An alarm is sent until it is answered, so its time teaches nothing.
  const AlarmSet alarms = find_alarms(alarm.alarm, alarm.status.information);
  return append_fix(frame, {alarm.gps, base, false, alarms}, attributes, context, message);
}

// 0x19, 0xA5: LBS | status block | alarm | language. There is no time.
Outcome decode_lbs_alarm(const Frame& frame, const DecodeContext& context, Message& message) {
  if (frame.content.empty()) return {};
  ByteReader reader(frame.content);
  const bool wide = frame.number == number::kLbsAlarm4G;
  const LbsBlock lbs = read_lbs(reader, wide ? LbsForm::k4G : LbsForm::kClassic);
  const TerminalStatus status = read_status(reader);
  const std::uint8_t alarm = reader.u8();
  const std::uint8_t language = reader.u8();
  if (!reader.ok()) return kTooShort;
  append_single_cell(lbs, context.to, message);
  AttributeList attributes(context.to);
  append_status(status, true, attributes);
  add_alarm_code(alarm, language, attributes);
  attributes.add_extra(reader.rest());
  message.attributes = attributes.range();
  message.alarms = find_alarms(alarm, status.information);
  return {};
}

}  // namespace rastro::gt06
