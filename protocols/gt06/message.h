// The contents of frames, field by field in the manual's order, words and units (gt06.md 3 to 6), without
// judgement: fix.h says what they mean. Views point into the frame. A read_… function gives false when the
// content is shorter than its document says. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "protocols/byte_reader.h"
#include "protocols/gt06/block.h"
#include "protocols/gt06/frame.h"

namespace rastro::gt06 {

// 0x01, section 6.1.
struct LoginContent {
  ByteView terminal_id;  // packed BCD, 16 digits
  ByteView type_code;    // 2 bytes; empty in the classic form
  std::optional<std::uint16_t> zone_and_language;
  ByteView extra;
};
bool read_login(ByteView content, LoginContent& login);

// What 0x22 has behind the cell: why and when a point was sent (6.8).
struct UploadBlock {
  std::uint8_t acc = 0;
  std::uint8_t mode = 0;
  std::uint8_t reupload = 0;
};

// 0x10, 0x12, 0x22, 0x37, 0xA0: sections 3, 6.2, 6.8, 6.15, 8.
struct LocationContent {
  LocationContent() noexcept {}  // NOLINT(modernize-use-equals-default): see Fix

  GpsBlock gps;
  std::optional<LbsBlock> lbs;
  std::optional<UploadBlock> upload;
  std::optional<std::uint32_t> mileage;
  ByteView tlvs;   // of 0x37
  ByteView extra;  // clones append voltage, temperature, … (9.13)
};
bool read_location(const Frame& frame, LocationContent& location);

// 0x16, 0x26, 0x27, 0xA3, 0xA4: sections 6.5, 6.7.
struct AlarmContent {
  GpsBlock gps;
  std::optional<LbsBlock> lbs;
  TerminalStatus status;
  std::uint8_t alarm = 0;
  std::uint8_t language = 0;
  std::optional<std::uint8_t> fence;
  std::optional<std::uint32_t> mileage;
  ByteView extra;
};
bool read_alarm(const Frame& frame, AlarmContent& alarm);

// 0x13, 0x23, 0x36: sections 6.3, 6.4, 6.16.
struct HeartbeatContent {
  TerminalStatus status;                          // voltage not used by 0x23
  std::optional<std::uint16_t> external_voltage;  // in units of the device's voltage scale
  std::optional<std::uint16_t> language;          // or extended port status
  ByteView tlvs;                                  // of 0x36
  ByteView extra;
};
bool read_heartbeat(const Frame& frame, HeartbeatContent& heartbeat);

// One element of the lists in 0x36, 0x37 and 0x70: id u16, length u8 (u16 in 0x70), value.
struct Tlv {
  ByteView id;
  ByteView value;
};
enum class TlvForm : std::uint8_t { kShortLength, kLongLength };
// Takes the next from the front; failed reader: the list does not come out even.
Tlv read_tlv(ByteReader& reader, TlvForm form);
bool is_tlv_list(ByteView bytes, TlvForm form);

}  // namespace rastro::gt06
