#include "protocols/gt06/fix.h"

#include <cmath>

#include "protocols/gt06/alarm_code.h"

namespace rastro::gt06 {
namespace {

constexpr std::uint8_t kMaxVoltageLevel = 6;  // "full"
constexpr std::uint8_t kMaxPercent = 100;
constexpr std::uint8_t kMaxGsmLevel = 4;  // "strong"
constexpr std::uint8_t kMaxCsq = 31;

std::uint8_t information_alarm_bits(std::uint8_t information) { return (information >> 3) & 7; }

}  // namespace

std::optional<std::int32_t> find_utc_offset(std::uint16_t zone_and_language) {
  const std::int32_t hours = (zone_and_language >> 4) / 100;
  const std::int32_t minutes = (zone_and_language >> 4) % 100;
  const std::int32_t offset_s = hours * 3600 + minutes * 60;
  if (minutes > 59 || offset_s > 14 * 3600) return std::nullopt;  // UTC+14 is the farthest zone
  const bool west = (zone_and_language & 1 << 3) != 0;
  return west ? -offset_s : offset_s;
}

std::uint64_t find_odometer_m(std::uint32_t mileage, MileageUnit unit) {
  switch (unit) {
    case MileageUnit::kHundredMetres:
      return std::uint64_t{mileage} * 100;
    case MileageUnit::kKilometre:
      return std::uint64_t{mileage} * 1000;
    default:
      return mileage;
  }
}

double find_voltage(std::uint32_t units, double scale_v) {
  // Dividing by a whole number gives the decimal that is meant: 35 hundredths are 0.35.
  const double per_volt = std::round(1 / scale_v);
  const bool round = std::abs(per_volt * scale_v - 1) < 1e-9;
  return round ? units / per_volt : units * scale_v;
}

std::optional<std::int16_t> find_rssi_dbm(std::uint8_t strength) {
  if (strength == kNoStrength) return std::nullopt;
  return static_cast<std::int16_t>(strength < 0x80 ? -strength : strength - 0x100);
}

void append_cell(const LbsBlock& lbs, std::uint8_t strength, MessageBuffer& to, Message& message) {
  if (lbs.mcc == 0 && lbs.mnc == 0 && lbs.lac == 0 && lbs.cell == 0) return;
  Cell& cell = to.cells.emplace_back();
  cell.mcc = lbs.mcc;
  cell.mnc = lbs.mnc;
  cell.lac = lbs.lac;
  cell.cell = lbs.cell;
  if (strength != kNoStrength) cell.rssi_dbm = find_rssi_dbm(strength);
  ++message.cells.count;
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
    attributes.add_number(status.voltage <= kMaxVoltageLevel ? "voltage_level"
                          : status.voltage <= kMaxPercent    ? "battery_percent"
                                                             : "voltage_raw",
                          status.voltage);
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
