#include "protocols/gt06/alarm_code.h"

#include <array>

namespace rastro::gt06 {
namespace {

struct AlarmCode {
  std::uint8_t code;
  Alarm alarm;
};

// gt06.md 6.6, in its order. 21 and 22 are reserved there.
constexpr std::array kAlarmCodes = {
    AlarmCode{0x01, Alarm::kSos},
    AlarmCode{0x02, Alarm::kPowerCut},
    AlarmCode{0x03, Alarm::kVibration},
    AlarmCode{0x04, Alarm::kGeofenceEnter},
    AlarmCode{0x05, Alarm::kGeofenceExit},
    AlarmCode{0x06, Alarm::kOverspeed},
    AlarmCode{0x09, Alarm::kTow},
    AlarmCode{0x0A, Alarm::kGpsBlindAreaEnter},
    AlarmCode{0x0B, Alarm::kGpsBlindAreaExit},
    AlarmCode{0x0C, Alarm::kPowerOn},
    AlarmCode{0x0D, Alarm::kFirstFix},
    AlarmCode{0x0E, Alarm::kLowExternalPower},
    AlarmCode{0x0F, Alarm::kLowPowerProtection},
    AlarmCode{0x10, Alarm::kSimChanged},
    AlarmCode{0x11, Alarm::kPowerOff},
    AlarmCode{0x12, Alarm::kFlightMode},
    AlarmCode{0x13, Alarm::kTampering},
    AlarmCode{0x14, Alarm::kDoor},
    AlarmCode{0x15, Alarm::kPowerOff},  // for low battery; the code stays beside it
    AlarmCode{0x16, Alarm::kSound},
    AlarmCode{0x17, Alarm::kFalseBaseStation},
    AlarmCode{0x18, Alarm::kCoverOpened},
    AlarmCode{0x19, Alarm::kLowBattery},
    AlarmCode{0x1A, Alarm::kTransitEnded},
    AlarmCode{0x1B, Alarm::kLeftHerd},
    AlarmCode{0x20, Alarm::kDeepSleep},
    AlarmCode{0x23, Alarm::kFall},
    AlarmCode{0x24, Alarm::kCharging},
    AlarmCode{0x25, Alarm::kLight},
    AlarmCode{0x27, Alarm::kWireCut},
    AlarmCode{0x28, Alarm::kGoingOffline},
    AlarmCode{0x29, Alarm::kHardAcceleration},
    AlarmCode{0x2A, Alarm::kHardCornering},  // left
    AlarmCode{0x2B, Alarm::kHardCornering},  // right
    AlarmCode{0x2C, Alarm::kAccident},
    AlarmCode{0x2D, Alarm::kRollover},
    AlarmCode{0x30, Alarm::kHardBraking},
    AlarmCode{0x31, Alarm::kLeftHerd},
    AlarmCode{0x32, Alarm::kUnplugged},
    AlarmCode{0x33, Alarm::kLocked},
    AlarmCode{0x34, Alarm::kUnlocked},
    AlarmCode{0x35, Alarm::kIllegalUnlock},
    AlarmCode{0x36, Alarm::kUnlockFailed},
    AlarmCode{0x37, Alarm::kKnock},
    AlarmCode{0x3A, Alarm::kTampering},  // strap removed
    AlarmCode{0x3C, Alarm::kTheft},
    AlarmCode{0x3D, Alarm::kIllegalStart},
    AlarmCode{0x3E, Alarm::kButton},
    AlarmCode{0x4B, Alarm::kTilt},
    AlarmCode{0x4C, Alarm::kSharpTurn},
    AlarmCode{0x4D, Alarm::kLaneChange},
    AlarmCode{0x4E, Alarm::kStability},
    AlarmCode{0x4F, Alarm::kTilt},  // "angle"
    AlarmCode{0x52, Alarm::kTemperature},
    AlarmCode{0x53, Alarm::kFuelLeak},
    AlarmCode{0x5E, Alarm::kPulseLineCut},
    AlarmCode{0x64, Alarm::kTemperatureNormal},
    AlarmCode{0x65, Alarm::kViolentDamage},
    AlarmCode{0xFE, Alarm::kIgnitionOn},
    AlarmCode{0xFF, Alarm::kIgnitionOff},
};

}  // namespace

std::optional<Alarm> find_alarm(std::uint8_t code) {
  for (const AlarmCode& row : kAlarmCodes) {
    if (row.code == code) return row.alarm;
  }
  return std::nullopt;
}

std::optional<std::uint8_t> find_alarm_code(Alarm alarm) {
  for (const AlarmCode& row : kAlarmCodes) {
    if (row.alarm == alarm) return row.code;
  }
  return std::nullopt;
}

std::optional<Alarm> find_information_alarm(std::uint8_t bits) {
  switch (bits) {
    case 1:
      return Alarm::kVibration;
    case 2:
      return Alarm::kPowerCut;
    case 3:
      return Alarm::kLowBattery;
    case 4:
      return Alarm::kSos;
    case 7:
      return Alarm::kTampering;  // "removal", in clones
    default:
      return std::nullopt;
  }
}

}  // namespace rastro::gt06
