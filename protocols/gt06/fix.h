// What the fields of a message mean: scaling, hemispheres, validity, attribute names (gt06.md 3, 4). Appends
// to a MessageBuffer; pure; one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocols/device_settings.h"
#include "protocols/gt06/message.h"
#include "schema/message.h"

namespace rastro::gt06 {

inline constexpr double kUnitsPerDegree = 1800000;

// Attributes pushed one after another onto the buffer's flat array; no second list may be written between.
class AttributeList {
 public:
  explicit AttributeList(MessageBuffer& to)
      : to_(to), first_(static_cast<std::uint32_t>(to.attributes.size())) {}

  // Built where it stays: a copy of a value just written waits for its bytes.
  template <typename Value>
  void add(std::string_view name, Value value) {
    Attribute& attribute = to_.attributes.emplace_back();
    attribute.name = name;
    attribute.value.emplace<Value>(value);
  }
  void add_number(std::string_view name, std::uint64_t value) { add<std::uint64_t>(name, value); }
  // What was left unread; nothing when all was.
  void add_extra(ByteView rest) {
    if (!rest.empty()) add("extra", rest);
  }
  bool has(std::string_view name) const {
    for (std::size_t i = first_; i < to_.attributes.size(); ++i) {
      if (to_.attributes[i].name == name) return true;
    }
    return false;
  }
  std::size_t size() const { return to_.attributes.size() - first_; }
  Range range() const { return {first_, static_cast<std::uint32_t>(to_.attributes.size()) - first_}; }

 private:
  MessageBuffer& to_;
  std::uint32_t first_;
};

// Days of a year before each month, and all of them.
inline constexpr std::int32_t kDaysBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

// UTC milliseconds of the clock reading taken as local time of the given zone; empty for what no calendar
// has.
inline std::optional<std::int64_t> find_time(const TimeBlock& time, std::int32_t utc_offset_s) {
  constexpr std::int32_t kDaysTo2000 = 10957;
  if (time.year > 99 || time.month < 1 || time.month > 12 || time.day < 1 || time.hour > 23 ||
      time.minute > 59 || time.second > 59) {
    return std::nullopt;
  }
  const std::int32_t before = kDaysBefore[time.month - 1];
  const std::int32_t leap_day = time.year % 4 == 0 ? 1 : 0;  // from 2000 to 2099 without exception
  if (time.day > kDaysBefore[time.month] - before + (time.month == 2 ? leap_day : 0)) return std::nullopt;
  const std::int32_t days = kDaysTo2000 + time.year * 365 + (time.year + 3) / 4 + before +
                            (time.month > 2 ? leap_day : 0) + time.day - 1;
  const std::int32_t second_of_day = time.hour * 3600 + time.minute * 60 + time.second;
  return (std::int64_t{days} * 86400 + second_of_day - utc_offset_s) * 1000;
}

inline bool in_range(const Fix& fix) {
  return fix.latitude_deg >= -90 && fix.latitude_deg <= 90 && fix.longitude_deg >= -180 &&
         fix.longitude_deg <= 180;
}

// Everything but time, hash and attributes.
inline void fill_fix(const GpsBlock& gps, Fix& fix) {
  const std::uint16_t word = gps.course_and_status;
  const auto degrees = [](std::uint32_t units, bool negative) {
    const double value = static_cast<double>(units) / kUnitsPerDegree;
    return negative && units != 0 ? -value : value;
  };
  fix.latitude_deg = degrees(gps.latitude, (word & kNorth) == 0);
  fix.longitude_deg = degrees(gps.longitude, (word & kWest) != 0);
  fix.valid = (word & kPositioned) != 0 && usable_place(fix.latitude_deg, fix.longitude_deg);
  fix.speed_kmh = gps.speed_kmh;
  // 360 is north again; clones go beyond (9.12). Of ten bits, so that it is at most twice too much.
  std::int32_t course = word & kCourseMask;
  while (course >= 360) course -= 360;
  fix.course_deg = course;
  fix.satellites = static_cast<std::uint8_t>(gps.length_and_satellites & 0x0F);
}
inline Fix find_fix(const GpsBlock& gps) {
  Fix fix;
  fill_fix(gps, fix);
  return fix;
}

// Offset of the zone word of a login (6.1); empty when it is none that exists on Earth.
std::optional<std::int32_t> find_utc_offset(std::uint16_t zone_and_language);

// Metres of a mileage in the device's unit (6.8).
std::uint64_t find_odometer_m(std::uint32_t mileage, MileageUnit unit);

// Volts of an external voltage in units of `scale_v`, which is a round part of a volt or any other number.
double find_voltage(std::uint32_t units, double scale_v);

// One byte of signal strength (6.9): the size of a negative number of dBm, or that number itself. Empty for
// 0, which no receiver measures.
inline constexpr std::uint8_t kNoStrength = 0;
std::optional<std::int16_t> find_rssi_dbm(std::uint8_t strength);

// One more cell of the message, unless it is all zeros.
void append_cell(const LbsBlock& lbs, std::uint8_t strength, MessageBuffer& to, Message& message);

// `with_voltage`: false where the voltage byte stands for nothing (0x23).
void append_status(const TerminalStatus& status, bool with_voltage, AttributeList& attributes);

// The alarm that byte and information bits together mean: the bits count when the byte says nothing.
AlarmSet find_alarms(std::uint8_t alarm, std::uint8_t information);

}  // namespace rastro::gt06
