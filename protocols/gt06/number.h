// The protocol numbers of the table in gt06.md 5, in its order, and those of other families on the same
// framing (8).
#pragma once

#include <cstdint>

namespace rastro::gt06::number {

inline constexpr std::uint8_t kLogin = 0x01;
inline constexpr std::uint8_t kGps = 0x10;
inline constexpr std::uint8_t kLbs = 0x11;
inline constexpr std::uint8_t kGpsLbs = 0x12;
inline constexpr std::uint8_t kHeartbeat = 0x13;
inline constexpr std::uint8_t kSatelliteSnr = 0x14;
inline constexpr std::uint8_t kCommandAnswer = 0x15;
inline constexpr std::uint8_t kAlarmLocal = 0x16;
inline constexpr std::uint8_t kAddressByCell = 0x17;  // from the server: an address in Chinese
inline constexpr std::uint8_t kCellsLocal = 0x18;
inline constexpr std::uint8_t kLbsAlarm = 0x19;
inline constexpr std::uint8_t kAddressLocal = 0x1A;
inline constexpr std::uint8_t kCommandAnswerGeneral = 0x21;
inline constexpr std::uint8_t kGpsLbsUtc = 0x22;
inline constexpr std::uint8_t kHeartbeatVoltage = 0x23;
inline constexpr std::uint8_t kLbsVariants = 0x24;
inline constexpr std::uint8_t kAlarmUtc = 0x26;
inline constexpr std::uint8_t kAlarmFence = 0x27;
inline constexpr std::uint8_t kCellsUtc = 0x28;
inline constexpr std::uint8_t kAddressUtc = 0x2A;
inline constexpr std::uint8_t kWifi = 0x2C;
inline constexpr std::uint8_t kGpsOfAz735 = 0x31;
inline constexpr std::uint8_t kAlarmOfAz735 = 0x32;
inline constexpr std::uint8_t kWifiOfAz735 = 0x33;
inline constexpr std::uint8_t kPhotoPart = 0x35;
inline constexpr std::uint8_t kHeartbeatTlv = 0x36;
inline constexpr std::uint8_t kGpsLbsTlv = 0x37;
inline constexpr std::uint8_t kBms = 0x40;
inline constexpr std::uint8_t kIButton = 0x61;
inline constexpr std::uint8_t kObd = 0x65;
inline constexpr std::uint8_t kTroubleCodes = 0x66;
inline constexpr std::uint8_t kWifiQuery = 0x69;
inline constexpr std::uint8_t kModular = 0x70;
inline constexpr std::uint8_t kCommand = 0x80;
inline constexpr std::uint8_t kCheckCommand = 0x81;
inline constexpr std::uint8_t kCommandOfClones = 0x82;
inline constexpr std::uint8_t kTimeRequest = 0x8A;
inline constexpr std::uint8_t kPidData = 0x8C;
inline constexpr std::uint8_t kFileUpload = 0x8D;
inline constexpr std::uint8_t kFileToDevice = 0x90;
inline constexpr std::uint8_t kInformation = 0x94;
inline constexpr std::uint8_t kCameraAlarm = 0x95;
inline constexpr std::uint8_t kAddress = 0x97;
inline constexpr std::uint8_t kExternalDevice = 0x9B;
inline constexpr std::uint8_t kModule = 0x9C;
inline constexpr std::uint8_t kGpsLbs4G = 0xA0;
inline constexpr std::uint8_t kCells4G = 0xA1;
inline constexpr std::uint8_t kWifi4G = 0xA2;
inline constexpr std::uint8_t kAlarmFence4G = 0xA3;
inline constexpr std::uint8_t kAlarmFences4G = 0xA4;
inline constexpr std::uint8_t kLbsAlarm4G = 0xA5;
inline constexpr std::uint8_t kAddressByCell4G = 0xA7;
inline constexpr std::uint8_t kWifiAlarm4G = 0xA9;
inline constexpr std::uint8_t kAttendance = 0xB0;
inline constexpr std::uint8_t kBluetoothClock = 0xB2;
inline constexpr std::uint8_t kStatusOfClones = 0xF1;
inline constexpr std::uint8_t kPeripheralOfClones = 0xF2;
inline constexpr std::uint8_t kWifiOfClones = 0xF3;
inline constexpr std::uint8_t kVersionText = 0xFD;

}  // namespace rastro::gt06::number
