#include "protocols/teltonika/fix.h"

#include <cmath>

#include "schema/record_hash.h"

namespace rastro::teltonika {
namespace {

constexpr std::uint64_t kYear10000 = 253402300800000;  // the first millisecond that has no four-digit year
constexpr std::uint8_t kPanic = 2;                     // teltonika.md 4, priority
constexpr std::uint16_t kMaxAngle = 360;

// teltonika.md 4, IO 69. 3 is "sleep" in that list, and some firmware says it of a car that drives with
// nineteen satellites (SPEC.md): no sign of anything.
constexpr std::uint64_t kGnssOff = 0;
constexpr std::uint64_t kGnssWithoutFix = 2;

// teltonika.md 4: both are fillers of "no speed", the one-byte filler only where there are no satellites (a
// car does not drive 255 km/h, a train may).
bool plausible_speed(const Record& record) {
  return record.speed != 0xFFFF && !(record.speed == 0xFF && record.satellites == 0);
}

void raise_if(bool happened, Alarm alarm, Fix& fix) {
  if (happened) raise(fix.alarms, alarm);
}

void raise_green_driving(std::uint64_t type, Fix& fix) {
  raise_if(type == 1, Alarm::kHardAcceleration, fix);
  raise_if(type == 2, Alarm::kHardBraking, fix);
  raise_if(type == 3, Alarm::kHardCornering, fix);
}

// teltonika.md 5.2. Zones and over-speed stand in every record as a state; only the record that they caused
// is the event.
void apply_effect(Effect effect, std::uint64_t number, bool is_event, Fix& fix) {
  switch (effect) {
    case Effect::kNone:
    case Effect::kTruth:
    case Effect::kIdentifier:
      break;
    case Effect::kGnssStatus:
      if (number == kGnssOff || number == kGnssWithoutFix) fix.valid = false;
      break;
    case Effect::kAccident:
      raise_if(number != 0, Alarm::kAccident, fix);
      break;
    case Effect::kJamming:
      raise_if(number == 1, Alarm::kJamming, fix);
      break;
    case Effect::kTow:
      raise_if(number == 1, Alarm::kTow, fix);
      break;
    case Effect::kIdling:
      raise_if(number == 1, Alarm::kIdling, fix);
      break;
    case Effect::kPowerCut:
      raise_if(number == 1, Alarm::kPowerCut, fix);
      break;
    case Effect::kSos:
      raise_if(number == 1, Alarm::kSos, fix);
      break;
    case Effect::kFall:
      raise_if(number == 1, Alarm::kFall, fix);
      break;
    case Effect::kTampering:
      raise_if(number == 1, Alarm::kTampering, fix);
      break;
    case Effect::kGreenDriving:
      raise_green_driving(number, fix);
      break;
    case Effect::kOverspeed:
      raise_if(is_event, Alarm::kOverspeed, fix);
      break;
    case Effect::kGeofence:
      raise_if(is_event && number == 0, Alarm::kGeofenceExit, fix);
      raise_if(is_event && number == 1, Alarm::kGeofenceEnter, fix);
      break;
  }
}

void append_named(const ElementInfo& info, ByteView value, bool is_event, Fix& fix, Attributes& attributes) {
  const bool has_meaning = value.size() == info.size && value.size() <= sizeof(std::uint64_t);
  const std::uint64_t number = has_meaning ? wire_number(value) : 0;
  const bool truth = has_meaning && info.effect == Effect::kTruth;
  const AttributeValue scaled = element_value(info, value);
  if (!truth || info.name != info.common_name) attributes.push_back({info.name, scaled});
  if (!has_meaning) return;
  apply_effect(info.effect, number, is_event, fix);
  if (info.common_name.empty()) return;
  if (truth) {
    attributes.push_back({info.common_name, number != 0});
  } else if (info.effect != Effect::kIdentifier || number != 0) {
    attributes.push_back({info.common_name, scaled});
  }
}

// An id without a name has no type either: a number when the group says one, else bytes.
void append_unnamed(const Element& element, Attributes& attributes) {
  const std::string_view name = unnamed_element(element.id);
  if (element.blob) {
    attributes.push_back({name, element.value});
  } else {
    attributes.push_back({name, wire_number(element.value)});
  }
}

void append_elements(const Record& record, const ElementTable& table, Fix& fix, Attributes& attributes) {
  for (const Element& element : record.elements) {
    if (const ElementInfo* info = table.find(element.id); info != nullptr) {
      append_named(*info, element.value, element.id == record.event_id, fix, attributes);
    } else {
      append_unnamed(element, attributes);
    }
  }
}

}  // namespace

DecodeError append_fix(const Record& record, bool generation_type, const ElementTable& table,
                       MessageBuffer& out) {
  if (record.time_ms >= kYear10000) return DecodeError::kImpossibleTime;
  Fix fix;
  fix.time_ms = static_cast<std::int64_t>(record.time_ms);
  fix.record_hash = record_hash(record.bytes);
  fix.longitude_deg = record.longitude / 1e7;
  fix.latitude_deg = record.latitude / 1e7;
  fix.valid = record.satellites > 0 && usable_place(fix.latitude_deg, fix.longitude_deg);
  fix.altitude_m = record.altitude;
  fix.satellites = record.satellites;
  raise_if(record.priority == kPanic, Alarm::kSos, fix);

  Attributes& attributes = out.attributes;
  fix.attributes.first = static_cast<std::uint32_t>(attributes.size());
  attributes.push_back({"priority", std::uint64_t{record.priority}});
  attributes.push_back({"event_id", std::uint64_t{record.event_id}});
  if (generation_type) attributes.push_back({"generation_type", std::uint64_t{record.generation_type}});
  // What is no speed and no direction keeps its trace under another name.
  if (plausible_speed(record)) {
    fix.speed_kmh = record.speed;
  } else {
    attributes.push_back({"reported_speed", std::uint64_t{record.speed}});
  }
  if (record.angle <= kMaxAngle) {
    fix.course_deg = record.angle;
  } else {
    attributes.push_back({"reported_angle", std::uint64_t{record.angle}});
  }
  append_elements(record, table, fix, attributes);
  fix.attributes.count = static_cast<std::uint32_t>(attributes.size()) - fix.attributes.first;
  out.fixes.push_back(fix);

  const bool possible = std::abs(fix.latitude_deg) <= 90 && std::abs(fix.longitude_deg) <= 180;
  return possible ? DecodeError::kNone : DecodeError::kImpossiblePlace;
}

}  // namespace rastro::teltonika
