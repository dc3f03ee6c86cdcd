// The alarms that trackers raise, one vocabulary for all protocols. The numbers are stored
// (schema/record.proto) and stay for ever: add at the end, never renumber. No state; any thread.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rastro {

enum class Alarm : std::uint8_t {
  kSos = 0,
  kPowerCut = 1,
  kVibration = 2,
  kGeofenceEnter = 3,
  kGeofenceExit = 4,
  kOverspeed = 5,
  kTow = 6,
  kLowBattery = 7,
  kLowExternalPower = 8,
  kPowerOff = 9,
  kTampering = 10,
  kDoor = 11,
  kFall = 12,
  kAccident = 13,
  kHardAcceleration = 14,
  kHardBraking = 15,
  kHardCornering = 16,
  kJamming = 17,
  kIdling = 18,
  kPowerOn = 19,
  kGpsBlindAreaEnter = 20,
  kGpsBlindAreaExit = 21,
  kFirstFix = 22,
  kSimChanged = 23,
  kSound = 24,
  kFalseBaseStation = 25,
  kCoverOpened = 26,
  kDeepSleep = 27,
  kCharging = 28,
  kLight = 29,
  kGoingOffline = 30,
  kRollover = 31,
  kUnplugged = 32,
  kLocked = 33,
  kUnlocked = 34,
  kIllegalUnlock = 35,
  kUnlockFailed = 36,
  kKnock = 37,
  kTheft = 38,
  kIllegalStart = 39,
  kButton = 40,
  kTilt = 41,
  kLaneChange = 42,
  kStability = 43,
  kTemperature = 44,
  kFuelLeak = 45,
  kPulseLineCut = 46,
  kViolentDamage = 47,
  kWireCut = 48,
  kLowPowerProtection = 49,
  kFlightMode = 50,
  kTransitEnded = 51,
  kLeftHerd = 52,
  kTemperatureNormal = 53,
  kSharpTurn = 54,
  kIgnitionOn = 55,
  kIgnitionOff = 56,
};

inline constexpr std::size_t kAlarmCount = 57;
using AlarmSet = std::bitset<64>;

inline AlarmSet& raise(AlarmSet& alarms, Alarm alarm) { return alarms.set(static_cast<std::size_t>(alarm)); }

// The name that the contract gives the alarm ("sos", "power_cut", …). Static storage.
std::string_view alarm_name(Alarm alarm);

}  // namespace rastro
