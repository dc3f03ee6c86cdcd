#include "protocols/gt06/fix.h"

#include <chrono>

#include "protocols/gt06/alarm_code.h"

namespace rastro::gt06 {
namespace {

constexpr std::uint8_t kMaxVoltageLevel = 6;  // "full"
constexpr std::uint8_t kMaxPercent = 100;
constexpr std::uint8_t kMaxGsmLevel = 4;  // "strong"
constexpr std::uint8_t kMaxCsq = 31;

double degrees(std::uint32_t units, bool negative) {
  const double value = static_cast<double>(units) / kUnitsPerDegree;
  return negative && units != 0 ? -value : value;
}

std::uint8_t information_alarm_bits(std::uint8_t information) { return (information >> 3) & 7; }

}  // namespace

std::optional<std::int64_t> find_time(const GpsBlock& gps, std::int32_t utc_offset_s) {
  using namespace std::chrono;
  const year_month_day date{year(2000 + gps.year), month(gps.month), day(gps.day)};
  if (gps.year > 99 || !date.ok() || gps.hour > 23 || gps.minute > 59 || gps.second > 59) {
    return std::nullopt;
  }
  const auto local = sys_days(date) + hours(gps.hour) + minutes(gps.minute) + seconds(gps.second);
  return duration_cast<milliseconds>(local.time_since_epoch() - seconds(utc_offset_s)).count();
}

Fix find_fix(const GpsBlock& gps) {
  const std::uint16_t word = gps.course_and_status;
  Fix fix;
  fix.latitude_deg = degrees(gps.latitude, (word & kNorth) == 0);
  fix.longitude_deg = degrees(gps.longitude, (word & kWest) != 0);
  fix.valid = (word & kPositioned) != 0 && usable_place(fix.latitude_deg, fix.longitude_deg);
  fix.speed_kmh = gps.speed_kmh;
  fix.course_deg = (word & kCourseMask) % 360;  // 360 is north again; clones go beyond (9.12)
  fix.satellites = static_cast<std::uint8_t>(gps.length_and_satellites & 0x0F);
  return fix;
}

std::optional<std::int32_t> find_utc_offset(std::uint16_t zone_and_language) {
  const std::int32_t hours = (zone_and_language >> 4) / 100;
  const std::int32_t minutes = (zone_and_language >> 4) % 100;
  const std::int32_t offset_s = hours * 3600 + minutes * 60;
  if (minutes > 59 || offset_s > 14 * 3600) return std::nullopt;  // UTC+14 is the farthest zone
  const bool west = (zone_and_language & 1 << 3) != 0;
  return west ? -offset_s : offset_s;
}

void append_cell(const std::optional<LbsBlock>& lbs, MessageBuffer& to, Message& message) {
  if (!lbs || (lbs->mcc == 0 && lbs->mnc == 0 && lbs->lac == 0 && lbs->cell == 0)) return;
  message.cells = {static_cast<std::uint32_t>(to.cells.size()), 1};
  to.cells.push_back({lbs->mcc, lbs->mnc, lbs->lac, lbs->cell, std::nullopt});
}

void append_status(const TerminalStatus& status, bool with_voltage, AttributeList& attributes) {
  const auto bit = [&](std::uint8_t mask) { return (status.information & mask) != 0; };
  attributes.add("blocked", bit(kOilCut));
  attributes.add("gps_tracking", bit(kGpsTracking));
  attributes.add("charging", bit(kCharging));
  attributes.add("ignition", bit(kAccHigh));
  attributes.add("armed", bit(kArmed));
  // Bits that mean an alarm to clones only are kept as a number.
  const std::uint8_t alarm_bits = information_alarm_bits(status.information);
  if (alarm_bits != 0 && !find_information_alarm(alarm_bits)) {
    attributes.add("information_alarm", std::uint64_t{alarm_bits});
  }
  // Some models send a percentage and a CSQ where the document has levels (section 4); beyond those the byte
  // means what only its maker knows.
  if (with_voltage) {
    attributes.add(status.voltage <= kMaxVoltageLevel ? "voltage_level"
                   : status.voltage <= kMaxPercent    ? "battery_percent"
                                                      : "voltage_raw",
                   std::uint64_t{status.voltage});
  }
  attributes.add(status.gsm <= kMaxGsmLevel ? "gsm_level"
                 : status.gsm <= kMaxCsq    ? "gsm_csq"
                                            : "gsm_raw",
                 std::uint64_t{status.gsm});
}

AlarmSet find_alarms(std::uint8_t alarm, std::uint8_t information) {
  AlarmSet alarms;
  const auto found =
      alarm != 0 ? find_alarm(alarm) : find_information_alarm(information_alarm_bits(information));
  if (found) raise(alarms, *found);
  return alarms;
}

}  // namespace rastro::gt06
