#include "protocols/teltonika/element_decoder.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "protocols/teltonika/beacon_list.h"
#include "protocols/teltonika/eye_list.h"
#include "protocols/teltonika/text_elements.h"

namespace rastro::teltonika {
namespace {

// A number that a sensor sends in the place of a measurement, in raw units.
struct Marker {
  std::int64_t raw;
  std::string_view status;
};

// teltonika.md 5.2. 850 is 85.0 °C too: what a 1-Wire sensor says after power-up, before it has measured.
constexpr std::array kDallasMarkers = {Marker{850, "not_ready"}, Marker{2000, "read_error"},
                                       Marker{3000, "not_connected"}, Marker{4000, "id_failed"},
                                       Marker{5000, "not_ready"}};
constexpr std::array kBleTemperatureMarkers = {Marker{32767, "not_found"}, Marker{32766, "parse_failed"},
                                               Marker{32765, "abnormal"}};
// Firmware before 03.28.00; where the unit is 0.01 °C these are 20, 30 and 40 degrees.
constexpr std::array kOldBleTemperatureMarkers = {Marker{32767, "not_found"},   Marker{32766, "parse_failed"},
                                                  Marker{32765, "abnormal"},    Marker{3000, "not_found"},
                                                  Marker{2000, "parse_failed"}, Marker{4000, "abnormal"}};
constexpr std::array kBleHumidityMarkers = {Marker{32735, "not_found"}, Marker{32734, "parse_failed"},
                                            Marker{32733, "abnormal"}};
constexpr std::uint16_t kHundredths = 100;

std::span<const Marker> markers_of(const ElementInfo& info) {
  switch (info.effect) {
    case Effect::kDallasTemperature:
      return kDallasMarkers;
    case Effect::kBleHumidity:
      return kBleHumidityMarkers;
    default:
      if (info.denominator == kHundredths) return kBleTemperatureMarkers;
      return kOldBleTemperatureMarkers;
  }
}

void append_measurement(const ElementInfo& info, ByteView wire, Observation& to) {
  const auto raw = wire.size() > sizeof(std::uint64_t) ? 0 : static_cast<std::int64_t>(wire_number(wire));
  for (const Marker& marker : markers_of(info)) {
    if (marker.raw != raw) continue;
    to.add(to.out.keep(info.name, "_status"), marker.status);
    return;
  }
  to.add(info.name, element_value(info, wire));
}

// teltonika.md 5.2, 78: 0 is no key. The order of the bytes is easily reversed: both are given, to compare
// with what is printed on the key.
void append_identifier(const ElementInfo& info, ByteView wire, Observation& to) {
  const AttributeValue value = element_value(info, wire);
  to.add(info.name, value);
  if (wire.size() != info.size || wire_number(wire) == 0) return;
  to.add(info.common_name, value);
  std::array<char, sizeof(std::uint64_t)> reversed;
  std::reverse_copy(wire.begin(), wire.end(), reversed.begin());
  const std::string_view kept = to.out.keep({reversed.data(), reversed.size()});
  to.add("ibutton_key", wire);
  to.add("ibutton_key_reversed", ByteView(reinterpret_cast<const std::uint8_t*>(kept.data()), kept.size()));
}

struct NumberedAlarm {
  Effect effect;
  std::uint64_t number;
  Alarm alarm;
  bool of_state;  // stands in every record: counts in the one that it caused
};

// teltonika.md 5.2.
constexpr std::array kAlarms = {
    NumberedAlarm{Effect::kSos, 1, Alarm::kSos, false},
    NumberedAlarm{Effect::kFall, 1, Alarm::kFall, false},
    NumberedAlarm{Effect::kTampering, 1, Alarm::kTampering, false},
    NumberedAlarm{Effect::kGreenDriving, 1, Alarm::kHardAcceleration, false},
    NumberedAlarm{Effect::kGreenDriving, 2, Alarm::kHardBraking, false},
    NumberedAlarm{Effect::kGreenDriving, 3, Alarm::kHardCornering, false},
    NumberedAlarm{Effect::kJamming, 1, Alarm::kJamming, true},
    NumberedAlarm{Effect::kTow, 1, Alarm::kTow, true},
    NumberedAlarm{Effect::kIdling, 1, Alarm::kIdling, true},
    NumberedAlarm{Effect::kPowerCut, 1, Alarm::kPowerCut, true},
    NumberedAlarm{Effect::kGeofence, 0, Alarm::kGeofenceExit, true},
    NumberedAlarm{Effect::kGeofence, 1, Alarm::kGeofenceEnter, true},
};

std::optional<Alarm> find_alarm(Effect effect, std::uint64_t number, bool is_event) {
  if (effect == Effect::kAccident && number != 0) return Alarm::kAccident;
  if (effect == Effect::kOverspeed && is_event) return Alarm::kOverspeed;
  for (const NumberedAlarm& row : kAlarms) {
    if (row.effect == effect && row.number == number && (is_event || !row.of_state)) return row.alarm;
  }
  return std::nullopt;
}

void raise_alarm(const ElementInfo& info, std::uint64_t number, bool is_event, Observation& to) {
  const std::optional<Alarm> alarm = find_alarm(info.effect, number, is_event);
  if (!alarm) return;
  if ((info.disputed & to.possible) != 0) {
    to.alarm_held_back = true;
  } else {
    raise(to.fix.alarms, *alarm);
  }
}

// An id without a name has no type either: a number when the group says one, else bytes.
void append_unnamed(const Element& element, Observation& to) {
  const std::string_view name = unnamed_element(element.id);
  if (element.blob) {
    to.add(name, element.value);
  } else {
    to.add(name, wire_number(element.value));
  }
}

void append_scaled(const ElementInfo& info, const Element& element, Observation& to) {
  const ByteView wire = element.value;
  const bool has_meaning = wire.size() == info.size && wire.size() <= sizeof(std::uint64_t);
  const std::uint64_t number = has_meaning ? wire_number(wire) : 0;
  const bool truth = has_meaning && info.effect == Effect::kTruth;
  const AttributeValue scaled = element_value(info, wire);
  if (!truth || info.name != info.common_name) to.add(info.name, scaled);
  if (!has_meaning) return;
  if (info.effect == Effect::kGnssStatus) apply_gnss_status(number, to.fix);
  raise_alarm(info, number, element.id == to.event_id, to);
  if (truth) {
    to.add(info.common_name, number != 0);
  } else if (!info.common_name.empty()) {
    to.add(info.common_name, scaled);
  }
}

}  // namespace

void append_element(const ElementInfo& info, const Element& element, Observation& to) {
  if (info.name.empty()) {
    append_unnamed(element, to);
    return;
  }
  switch (info.effect) {
    case Effect::kIdentifier:
      append_identifier(info, element.value, to);
      break;
    case Effect::kDallasTemperature:
    case Effect::kBleTemperature:
    case Effect::kBleHumidity:
      append_measurement(info, element.value, to);
      break;
    case Effect::kText:
      append_text(info, element, to);
      break;
    case Effect::kFaultCodes:
      append_fault_codes(info, element.value, to);
      break;
    case Effect::kIso6709:
      append_coordinates(info, element.value, to);
      break;
    case Effect::kBeaconList:
      append_beacon_list(info, element.value, to);
      break;
    case Effect::kEyeList:
      append_eye_list(info, element.value, to);
      break;
    case Effect::kIccidUpper:
    case Effect::kIccidLower:
      append_iccid_half(info, element.value, to);
      break;
    default:
      append_scaled(info, element, to);
      break;
  }
}

void append_joined_elements(Observation& to) {
  if (to.iccid_upper && to.iccid_lower) append_iccid(*to.iccid_upper, *to.iccid_lower, to);
}

}  // namespace rastro::teltonika
