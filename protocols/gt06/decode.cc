#include "protocols/gt06/decode.h"

#include "schema/json.h"
#include "schema/record_hash.h"

namespace rastro::gt06 {
namespace {

constexpr Outcome kNoCalendar =
    dead_letter(DecodeError::kImpossibleTime, "date or time that no calendar has");

// What the last fix of the buffer still lacks.
Outcome complete_fix(const Frame& frame, const Clock::Time& time, const AttributeList& attributes,
                     const DecodeContext& context, Message& message) {
  message.fixes = {static_cast<std::uint32_t>(context.to.fixes.size() - 1), 1};
  Fix& fix = context.to.fixes.back();
  fix.time_ms = time.utc_ms;
  if (time.reported_ms) fix.reported_time_ms = *time.reported_ms;
  fix.record_hash = record_hash(frame.record);
  fix.attributes = attributes.range();
  if (fix.valid || in_range(fix)) return {};
  return {DecodeError::kImpossiblePlace, Disposition::kNoted, "beyond 90 or 180 degrees"};
}

}  // namespace

Outcome keep_content(const Frame& frame, const DecodeContext& context, Message& message) {
  if (frame.content.empty()) return {};
  AttributeList attributes(context.to);
  attributes.add("data", frame.content);
  message.attributes = attributes.range();
  return {};
}

Outcome keep_raw(Message& message) {
  message.type = MessageType::kUnknown;
  return {};
}

Outcome append_timed_fix(const Frame& frame, const Fix& fix, const Clock::Time& time,
                         const AttributeList& attributes, const DecodeContext& context, Message& message) {
  context.to.fixes.push_back(fix);
  return complete_fix(frame, time, attributes, context, message);
}

Outcome append_fix(const Frame& frame, const FixSource& source, const AttributeList& attributes,
                   const DecodeContext& context, Message& message) {
  const auto reading_ms = find_time(source.gps, 0);
  if (!reading_ms) return kNoCalendar;
  context.to.fixes.emplace_back();
  Fix& fix = context.to.fixes.back();
  fill_fix(source.gps, fix);
  fix.alarms = source.alarms;
  Clock::Time time = context.clock.read(source.base, *reading_ms);
  if (source.live && fix.valid && context.clock.learn(source.base, time)) {
    time = context.clock.read(source.base, *reading_ms);
  }
  return complete_fix(frame, time, attributes, context, message);
}

void add_device_time(std::int64_t utc_ms, const DecodeContext& context, AttributeList& attributes) {
  std::string text;
  append_iso8601(utc_ms, text);
  attributes.add("device_time", context.to.keep(text));
}

Outcome add_time(ByteView time_block, Clock::Base base, const DecodeContext& context,
                 AttributeList& attributes) {
  ByteReader reader(time_block);
  TimeBlock time;
  read_time(reader, time);
  const auto reading_ms = find_time(time, 0);
  if (reading_ms) {
    add_device_time(context.clock.read(base, *reading_ms).utc_ms, context, attributes);
    return {};
  }
  attributes.add("time_raw", time_block);
  return {DecodeError::kImpossibleTime, Disposition::kNoted, "date or time that no calendar has"};
}

bool starts_with_gps(ByteView content) {
  ByteReader reader(content);
  const GpsBlock gps = read_gps(reader);
  return reader.ok() && gps.length_and_satellites >> 4 == 0xC && find_time(gps, 0).has_value();
}

void append_single_cell(const LbsBlock& lbs, MessageBuffer& to, Message& message) {
  message.cells = {static_cast<std::uint32_t>(to.cells.size()), 0};
  append_cell(lbs, kNoStrength, to, message);
}

std::string_view keep_hex(ByteView bytes, MessageBuffer& to) {
  std::string text;
  append_hex(bytes, text);
  return to.keep(text);
}

std::string_view keep_digits(ByteView bcd, MessageBuffer& to) {
  std::string text;
  append_hex(bcd, text);
  std::string_view digits = text;
  while (digits.ends_with('f')) digits.remove_suffix(1);
  if (digits.size() == 16 && digits.starts_with('0')) digits.remove_prefix(1);
  return to.keep(digits);
}

void add_unnamed(const Tlv& tlv, MessageBuffer& to, AttributeList& attributes) {
  std::string name = "tlv_";
  append_hex(tlv.id, name);
  if (attributes.has(name)) name += '_' + std::to_string(attributes.size());
  attributes.add(to.keep(name), tlv.value);
}

}  // namespace rastro::gt06
