#include "schema/alarm.h"

#include <array>

namespace rastro {
namespace {

constexpr std::array<std::string_view, kAlarmCount> kNames = {
    "sos",
    "power_cut",
    "vibration",
    "geofence_enter",
    "geofence_exit",
    "overspeed",
    "tow",
    "low_battery",
    "low_external_power",
    "power_off",
    "tampering",
    "door",
    "fall",
    "accident",
    "hard_acceleration",
    "hard_braking",
    "hard_cornering",
    "jamming",
    "idling",
    "power_on",
    "gps_blind_area_enter",
    "gps_blind_area_exit",
    "first_fix",
    "sim_changed",
    "sound",
    "false_base_station",
    "cover_opened",
    "deep_sleep",
    "charging",
    "light",
    "going_offline",
    "rollover",
    "unplugged",
    "locked",
    "unlocked",
    "illegal_unlock",
    "unlock_failed",
    "knock",
    "theft",
    "illegal_start",
    "button",
    "tilt",
    "lane_change",
    "stability",
    "temperature",
    "fuel_leak",
    "pulse_line_cut",
    "violent_damage",
    "wire_cut",
    "low_power_protection",
    "flight_mode",
    "transit_ended",
    "left_herd",
    "temperature_normal",
    "sharp_turn",
    "ignition_on",
    "ignition_off",
};

}  // namespace

std::string_view alarm_name(Alarm alarm) {
  const auto index = static_cast<std::size_t>(alarm);
  return index < kNames.size() ? kNames[index] : std::string_view("unknown");
}

}  // namespace rastro
