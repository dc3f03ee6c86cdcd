#include "protocols/teltonika/record_decoder.h"

#include <algorithm>

#include "protocols/teltonika/element_decoder.h"
#include "protocols/teltonika/element_form.h"
#include "protocols/time_base.h"
#include "schema/record_hash.h"

namespace rastro::teltonika {
namespace {

constexpr std::uint8_t kPanic = 2;  // teltonika.md 4, priority

std::uint16_t read_sized(ByteReader& reader, std::size_t size) {
  return size == 1 ? reader.u8() : reader.u16();
}

}  // namespace

// teltonika.md 4, fields in its order. All of them are there, so that no bound is left to check.
inline RecordDecoder::Head::Head(std::span<const std::uint8_t, kHeadSize> bytes)
    : time_ms(big_endian<8>(&bytes[0])),
      priority(bytes[8]),
      longitude(static_cast<std::int32_t>(big_endian<4>(&bytes[9]))),
      latitude(static_cast<std::int32_t>(big_endian<4>(&bytes[13]))),
      altitude(static_cast<std::int16_t>(big_endian<2>(&bytes[17]))),
      angle(static_cast<std::uint16_t>(big_endian<2>(&bytes[19]))),
      satellites(bytes[21]),
      speed(static_cast<std::uint16_t>(big_endian<2>(&bytes[22]))) {}

inline Fix& RecordDecoder::append_fix(const Head& head) {
  Fix& fix = out_.fixes.emplace_back();
  const auto reported_ms = static_cast<std::int64_t>(head.time_ms);
  fix.time_ms = reported_ms;
  if (received_ms_ != kNoArrival) {
    fix.time_ms = without_week_rollover(reported_ms, received_ms_);
    if (fix.time_ms != reported_ms) fix.reported_time_ms = reported_ms;
  }
  fix.longitude_deg = head.longitude / 1e7;
  fix.latitude_deg = head.latitude / 1e7;
  fix.valid = head.satellites > 0 && head.is_place() && (head.longitude != 0 || head.latitude != 0);
  fix.altitude_m = head.altitude;
  fix.satellites = head.satellites;
  if (head.has_speed()) fix.speed_kmh = head.speed;
  if (head.has_angle()) fix.course_deg = head.angle;
  if (head.priority == kPanic) raise(fix.alarms, Alarm::kSos);
  return fix;
}

RecordOutcome RecordDecoder::read(ByteReader& reader) {
  RecordOutcome outcome;
  const std::size_t start = reader.position();
  const ByteView from_here = reader.rest();
  const ByteView head_bytes = reader.bytes(kHeadSize);
  if (!reader.ok()) {
    outcome.error = DecodeError::kBadRecord;
    return outcome;
  }
  const Head head(head_bytes.first<kHeadSize>());
  const auto first = static_cast<std::uint32_t>(out_.attributes.size());
  Fix& fix = append_fix(head);
  append_head_attributes(head);
  Observation observation{out_, fix};
  observation.possible = possible_;
  observation.event_id = read_sized(reader, layout_.id_size);
  out_.attributes.push_back({"event_id", std::uint64_t{observation.event_id}});
  if (layout_.generation_type) out_.attributes.push_back({"generation_type", std::uint64_t{reader.u8()}});
  const std::size_t total = read_sized(reader, layout_.count_size);
  elements_ = 0;
  has_shape_ = head.is_usual() && !layout_.io16;
  const bool fits = read_elements(reader, observation);
  outcome.bytes = from_here.first(reader.position() - start);
  outcome.total_differs = total != elements_;
  if (!fits || !head.is_time()) {
    outcome.error = fits ? DecodeError::kImpossibleTime : DecodeError::kBadRecord;
    out_.fixes.pop_back();
    out_.attributes.resize(first);
    return outcome;
  }
  append_joined_elements(observation);
  alarm_held_back_ |= observation.alarm_held_back;
  fix.attributes = {first, static_cast<std::uint32_t>(out_.attributes.size()) - first};
  fix.record_hash = record_hash(outcome.bytes);
  if (!head.is_place()) outcome.error = DecodeError::kImpossiblePlace;
  if (has_shape_ && !outcome.total_differs) {
    shape_.learn(outcome.bytes.subspan(kHeadSize), layout_, table_, fix.attributes);
  }
  return outcome;
}

std::size_t RecordDecoder::read_alike(ByteReader& reader, std::size_t most) {
  const std::size_t size = kHeadSize + shape_.size();
  ByteView rest = reader.rest();
  most = std::min(most, rest.size() / size);
  if (most == 0 || !shape_.fits(rest.subspan(kHeadSize))) return 0;
  Attributes& attributes = out_.attributes;
  const std::size_t first = attributes.size();
  const std::size_t each = shape_.attributes().count;
  attributes.resize(first + most * each);
  const Attribute* const learnt = attributes.data() + shape_.attributes().first;
  std::size_t records = 0;
  for (; records < most && shape_.fits(rest.subspan(kHeadSize)); ++records) {
    const Head head(rest.first<kHeadSize>());
    if (!head.is_usual()) break;
    const ByteView bytes = rest.first(size);
    const std::size_t at = first + records * each;
    Fix& fix = append_fix(head);
    fix.attributes = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(each)};
    fix.record_hash = record_hash(bytes);
    shape_.copy(learnt, bytes, head.priority, fix, attributes.data() + at);
    rest = rest.subspan(size);
  }
  attributes.resize(first + records * each);
  reader.skip(records * size);
  return records;
}

// What is no speed and no direction keeps its trace under another name.
void RecordDecoder::append_head_attributes(const Head& head) {
  out_.attributes.push_back({"priority", std::uint64_t{head.priority}});
  if (!head.has_speed()) out_.attributes.push_back({"reported_speed", std::uint64_t{head.speed}});
  if (!head.has_angle()) out_.attributes.push_back({"reported_angle", std::uint64_t{head.angle}});
}

bool RecordDecoder::read_elements(ByteReader& reader, Observation& to) {
  const bool numbers = layout_.id_size == 1 ? read_groups<1>(reader, to) : read_groups<2>(reader, to);
  return numbers && (!layout_.io16 || read_wide_group(reader, to)) &&
         (!layout_.variable_group || read_variable_group(reader, to));
}

template <std::size_t kIdSize>
bool RecordDecoder::read_groups(ByteReader& reader, Observation& to) {
  Attributes& attributes = out_.attributes;
  Attribute* at = attributes.data() + attributes.size();
  const bool good = read_group<kIdSize, 1>(reader, to, at) && read_group<kIdSize, 2>(reader, to, at) &&
                    read_group<kIdSize, 4>(reader, to, at) && read_group<kIdSize, 8>(reader, to, at);
  attributes.resize(static_cast<std::size_t>(at - attributes.data()));
  return good;
}

template <std::size_t kIdSize, std::size_t kValueSize>
[[gnu::always_inline]] inline bool RecordDecoder::read_group(ByteReader& reader, Observation& to,
                                                             Attribute*& at) {
  constexpr std::size_t kElementSize = kIdSize + kValueSize;
  const std::size_t count = read_sized(reader, layout_.count_size);
  const ByteView group = reader.bytes(count * kElementSize);
  if (!reader.ok()) return false;
  if (count == 0) return true;
  elements_ += count;
  at = make_room(at, count * kMostOfForm);
  unsigned evidence = evidence_;
  const std::uint8_t* const end = group.data() + group.size();
  for (const std::uint8_t* p = group.data(); p != end; p += kElementSize) {
    const auto id = static_cast<std::uint16_t>(big_endian<kIdSize>(p));
    const std::uint64_t number = big_endian<kValueSize>(p + kIdSize);
    const ElementInfo& info = table_.at(id);
    if (info.size == kValueSize && info.form != Form::kOther) {
      at->name = info.name;
      at[1].name = info.common_name;
      put_value<kValueSize>(info, number, at);
      at += attributes_of_form(info);
      evidence &= info.evidence;
      if (info.effect == Effect::kGnssStatus) apply_gnss_status(number, to.fix);
      continue;
    }
    out_.attributes.resize(static_cast<std::size_t>(at - out_.attributes.data()));
    add_slowly(info, {id, {p + kIdSize, kValueSize}}, to);
    at = make_room(out_.attributes.data() + out_.attributes.size(),
                   static_cast<std::size_t>(end - p) / kElementSize * kMostOfForm);
  }
  evidence_ &= evidence;
  return true;
}

// Makes the list long enough for so many more than stand before `at`.
Attribute* RecordDecoder::make_room(const Attribute* at, std::size_t more) {
  Attributes& attributes = out_.attributes;
  const auto size = static_cast<std::size_t>(at - attributes.data());
  if (attributes.size() < size + more) attributes.resize(size + more);
  return attributes.data() + size;
}

// The 16-byte group of old firmware.
bool RecordDecoder::read_wide_group(ByteReader& reader, Observation& to) {
  constexpr std::size_t kWide = 16;
  const std::size_t count = read_sized(reader, layout_.count_size);
  if (count > reader.remaining() / (layout_.id_size + kWide)) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t id = read_sized(reader, layout_.id_size);
    add_slowly(table_.at(id), {id, reader.bytes(kWide), true}, to);
  }
  elements_ += count;
  return reader.ok();
}

// NX: each element brings its own length.
bool RecordDecoder::read_variable_group(ByteReader& reader, Observation& to) {
  const std::size_t count = read_sized(reader, layout_.count_size);
  if (count > reader.remaining() / (layout_.id_size + sizeof(std::uint16_t))) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t id = read_sized(reader, layout_.id_size);
    const std::size_t size = reader.u16();
    const ByteView value = reader.bytes(size);
    if (!reader.ok()) return false;
    add_slowly(table_.at(id), {id, value, true}, to);
  }
  elements_ += count;
  return reader.ok();
}

void RecordDecoder::add_slowly(const ElementInfo& info, const Element& element, Observation& to) {
  has_shape_ = false;
  // A size that the table does not have may be another family's.
  evidence_ &=
      info.size == element.value.size() ? info.evidence : evidence_of(element.id, element.value.size());
  append_element(info, element, to);
}

}  // namespace rastro::teltonika
