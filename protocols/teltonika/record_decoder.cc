#include "protocols/teltonika/record_decoder.h"

#include <algorithm>
#include <cmath>

#include "protocols/teltonika/element_decoder.h"
#include "protocols/time_base.h"
#include "schema/record_hash.h"

namespace rastro::teltonika {
namespace {

constexpr std::size_t kHeadSize = 24;
constexpr std::uint64_t kYear10000 = 253402300800000;  // the first millisecond that has no four-digit year
constexpr std::uint8_t kPanic = 2;                     // teltonika.md 4, priority
constexpr std::uint16_t kMaxAngle = 360;

// teltonika.md 4: both are fillers of "no speed", the one-byte filler only where there are no satellites (a
// car does not drive 255 km/h, a train may).
bool plausible_speed(std::uint16_t speed, std::uint8_t satellites) {
  return speed != 0xFFFF && !(speed == 0xFF && satellites == 0);
}

std::uint16_t read_sized(ByteReader& reader, std::size_t size) {
  return size == 1 ? reader.u8() : reader.u16();
}

// Writes attributes into room that was made for all of them at once, and gives back what is left of it.
class AttributeWriter {
 public:
  AttributeWriter(Attributes& to, std::size_t most) : to_(to) { open(most); }
  ~AttributeWriter() { close(); }
  AttributeWriter(const AttributeWriter&) = delete;
  AttributeWriter& operator=(const AttributeWriter&) = delete;

  template <typename Value>
  void put(std::string_view name, Value value) {
    std::construct_at(at_++, Attribute{name, value});
  }

  void open(std::size_t most) {
    const std::size_t size = to_.size();
    to_.resize(size + most);
    at_ = to_.data() + size;
  }
  void close() { to_.resize(static_cast<std::size_t>(at_ - to_.data())); }

 private:
  Attributes& to_;
  Attribute* at_ = nullptr;
};

template <typename Number>
void put_number(const ElementInfo& info, Number number, AttributeWriter& to) {
  to.put(info.name, number);
  if (!info.common_name.empty()) to.put(info.common_name, number);
}

template <typename Number>
double scaled(const ElementInfo& info, Number number) {
  return static_cast<double>(number) * info.numerator / info.denominator;
}

template <std::size_t kSize>
std::int64_t sign_extended(std::uint64_t number) {
  constexpr auto kUnusedBits = 64 - 8 * kSize;
  return static_cast<std::int64_t>(number << kUnusedBits) >> kUnusedBits;
}

// At most this many attributes come of an element in a form of its own.
constexpr std::size_t kMostOfForm = 2;

// The element, if it has the size of the table and a form of its own.
template <std::size_t kSize>
bool put_by_form(const ElementInfo& info, std::uint64_t number, AttributeWriter& to) {
  if (info.size != kSize) return false;
  switch (info.form) {
    case Form::kUnsigned:
      put_number(info, number, to);
      return true;
    case Form::kUnsignedScaled:
      put_number(info, scaled(info, static_cast<std::int64_t>(number)), to);
      return true;
    case Form::kSigned:
      put_number(info, sign_extended<kSize>(number), to);
      return true;
    case Form::kSignedScaled:
      put_number(info, scaled(info, sign_extended<kSize>(number)), to);
      return true;
    case Form::kNumberAndTruth:
      to.put(info.name, number);
      to.put(info.common_name, number != 0);
      return true;
    case Form::kTruth:
      to.put(info.name, number != 0);
      return true;
    case Form::kOther:
      break;
  }
  return false;
}

}  // namespace

RecordOutcome RecordDecoder::read(ByteReader& reader) {
  RecordOutcome outcome;
  const std::size_t start = reader.position();
  const ByteView from_here = reader.rest();
  const ByteView head = reader.bytes(kHeadSize);
  if (!reader.ok()) {
    outcome.error = DecodeError::kBadRecord;
    return outcome;
  }
  const std::size_t first = out_.attributes.size();
  Fix& fix = out_.fixes.emplace_back();
  fix.attributes.first = static_cast<std::uint32_t>(first);
  outcome.error = read_head(head, fix);
  Observation observation{out_, fix};
  observation.possible = possible_;
  observation.event_id = read_sized(reader, layout_.id_size);
  out_.attributes.push_back({"event_id", std::uint64_t{observation.event_id}});
  if (layout_.generation_type) out_.attributes.push_back({"generation_type", std::uint64_t{reader.u8()}});
  const std::size_t total = read_sized(reader, layout_.count_size);
  elements_ = 0;
  if (!read_elements(reader, observation)) outcome.error = DecodeError::kBadRecord;
  if (outcome.error == DecodeError::kBadRecord || outcome.error == DecodeError::kImpossibleTime) {
    out_.fixes.pop_back();
    out_.attributes.resize(first);
  } else {
    append_joined_elements(observation);
    fix.attributes.count = static_cast<std::uint32_t>(out_.attributes.size() - first);
    fix.record_hash = record_hash(from_here.first(reader.position() - start));
    alarm_held_back_ |= observation.alarm_held_back;
  }
  outcome.bytes = from_here.first(reader.position() - start);
  outcome.total_differs = total != elements_;
  return outcome;
}

DecodeError RecordDecoder::read_head(ByteView bytes, Fix& fix) {
  ByteReader head(bytes.first<kHeadSize>());
  const std::uint64_t time_ms = head.u64();
  const std::uint8_t priority = head.u8();
  const std::int32_t longitude = head.i32();
  const std::int32_t latitude = head.i32();
  fix.altitude_m = head.i16();
  const std::uint16_t angle = head.u16();
  const std::uint8_t satellites = head.u8();
  const std::uint16_t speed = head.u16();

  if (time_ms >= kYear10000) return DecodeError::kImpossibleTime;
  fix.time_ms = without_week_rollover(static_cast<std::int64_t>(time_ms), received_ms_);
  if (fix.time_ms != static_cast<std::int64_t>(time_ms))
    fix.reported_time_ms = static_cast<std::int64_t>(time_ms);
  fix.longitude_deg = longitude / 1e7;
  fix.latitude_deg = latitude / 1e7;
  fix.valid = satellites > 0 && usable_place(fix.latitude_deg, fix.longitude_deg);
  fix.satellites = satellites;
  if (priority == kPanic) raise(fix.alarms, Alarm::kSos);
  out_.attributes.push_back({"priority", std::uint64_t{priority}});
  // What is no speed and no direction keeps its trace under another name.
  if (plausible_speed(speed, satellites)) {
    fix.speed_kmh = speed;
  } else {
    out_.attributes.push_back({"reported_speed", std::uint64_t{speed}});
  }
  if (angle <= kMaxAngle) {
    fix.course_deg = angle;
  } else {
    out_.attributes.push_back({"reported_angle", std::uint64_t{angle}});
  }
  const bool possible = std::abs(fix.latitude_deg) <= 90 && std::abs(fix.longitude_deg) <= 180;
  return possible ? DecodeError::kNone : DecodeError::kImpossiblePlace;
}

bool RecordDecoder::read_elements(ByteReader& reader, Observation& to) {
  const bool numbers = layout_.id_size == 1 ? read_groups<1>(reader, to) : read_groups<2>(reader, to);
  return numbers && (!layout_.io16 || read_wide_group(reader, to)) &&
         (!layout_.variable_group || read_variable_group(reader, to));
}

template <std::size_t kIdSize>
bool RecordDecoder::read_groups(ByteReader& reader, Observation& to) {
  return read_group<kIdSize, 1>(reader, to) && read_group<kIdSize, 2>(reader, to) &&
         read_group<kIdSize, 4>(reader, to) && read_group<kIdSize, 8>(reader, to);
}

template <std::size_t kIdSize, std::size_t kValueSize>
bool RecordDecoder::read_group(ByteReader& reader, Observation& to) {
  constexpr std::size_t kElementSize = kIdSize + kValueSize;
  const std::size_t count = read_sized(reader, layout_.count_size);
  const ByteView group = reader.bytes(count * kElementSize);
  if (!reader.ok()) return false;
  elements_ += count;
  AttributeWriter writer(out_.attributes, count * kMostOfForm);
  unsigned evidence = evidence_;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* const at = group.data() + i * kElementSize;
    const auto id = static_cast<std::uint16_t>(big_endian<kIdSize>(at));
    const std::uint64_t number = big_endian<kValueSize>(at + kIdSize);
    const ElementInfo& info = table_.at(id);
    if (put_by_form<kValueSize>(info, number, writer)) {
      evidence &= info.evidence;
      if (info.effect == Effect::kGnssStatus) apply_gnss_status(number, to.fix);
      continue;
    }
    writer.close();
    evidence_ = evidence;
    add_slowly(info, {id, group.subspan(i * kElementSize + kIdSize, kValueSize)}, to);
    evidence = evidence_;
    writer.open((count - i - 1) * kMostOfForm);
  }
  evidence_ = evidence;
  return true;
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
  // A size that the table does not have may be another family's.
  evidence_ &=
      info.size == element.value.size() ? info.evidence : evidence_of(element.id, element.value.size());
  append_element(info, element, to);
}

}  // namespace rastro::teltonika
