// The protocol numbers that this decoder knows by name (gt06.md 5).
#pragma once

#include <cstdint>

namespace rastro::gt06::number {

inline constexpr std::uint8_t kLogin = 0x01;
inline constexpr std::uint8_t kGps = 0x10;
inline constexpr std::uint8_t kGpsLbs = 0x12;
inline constexpr std::uint8_t kHeartbeat = 0x13;
inline constexpr std::uint8_t kAlarmLocal = 0x16;
inline constexpr std::uint8_t kGpsLbsUtc = 0x22;
inline constexpr std::uint8_t kHeartbeatVoltage = 0x23;
inline constexpr std::uint8_t kAlarmUtc = 0x26;
inline constexpr std::uint8_t kAlarmFence = 0x27;
inline constexpr std::uint8_t kPhotoPart = 0x35;
inline constexpr std::uint8_t kHeartbeatTlv = 0x36;
inline constexpr std::uint8_t kModular = 0x70;
inline constexpr std::uint8_t kCommand = 0x80;
inline constexpr std::uint8_t kCheckCommand = 0x81;
inline constexpr std::uint8_t kCommandOfClones = 0x82;
inline constexpr std::uint8_t kTimeRequest = 0x8A;

}  // namespace rastro::gt06::number
