// What the fields of a message mean: scaling, hemispheres, time zone, validity, attribute names (gt06.md 3,
// 4). Appends to a MessageBuffer; pure; one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocols/gt06/message.h"
#include "schema/message.h"

namespace rastro::gt06 {

inline constexpr double kUnitsPerDegree = 1800000;

// Attributes pushed one after another onto the buffer's flat array; no second list may be written between.
class AttributeList {
 public:
  explicit AttributeList(MessageBuffer& to)
      : to_(to), first_(static_cast<std::uint32_t>(to.attributes.size())) {}

  void add(std::string_view name, AttributeValue value) { to_.attributes.push_back({name, value}); }
  Range range() const { return {first_, static_cast<std::uint32_t>(to_.attributes.size()) - first_}; }

 private:
  MessageBuffer& to_;
  std::uint32_t first_;
};

// UTC milliseconds of the block's clock reading taken as local time of the given zone; empty for what no
// calendar has.
std::optional<std::int64_t> find_time(const GpsBlock& gps, std::int32_t utc_offset_s);

// Everything but time, hash and attributes.
Fix find_fix(const GpsBlock& gps);

// Offset of the zone word of a login (6.1); empty when it is none that exists on Earth.
std::optional<std::int32_t> find_utc_offset(std::uint16_t zone_and_language);

// The cell of the message, unless it is all zeros.
void append_cell(const std::optional<LbsBlock>& lbs, MessageBuffer& to, Message& message);

// `with_voltage`: false where the voltage byte stands for nothing (0x23).
void append_status(const TerminalStatus& status, bool with_voltage, AttributeList& attributes);

// The alarm that byte and information bits together mean: the bits count when the byte says nothing.
AlarmSet find_alarms(std::uint8_t alarm, std::uint8_t information);

}  // namespace rastro::gt06
