// Writes frames: the gateway's replies, and the messages of a device for simulation and tests. Contents are
// appended in the manual's order from the same structs that message.h reads. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocols/gt06/message.h"
#include "protocols/session.h"

namespace rastro::gt06 {

enum class Form : std::uint8_t { kShort, kLong };  // 78 78 with a length of one byte, 79 79 with two

// REQUIRES: content that the length field of the form can hold.
void append_frame(Form form, std::uint8_t number, ByteView content, std::uint16_t serial,
                  std::vector<std::uint8_t>& out);

// The empty answer of section 7: the number and the serial of what it answers.
void append_reply(Form form, std::uint8_t number, std::uint16_t serial, std::vector<std::uint8_t>& out);

// The sixteen digits of a terminal id as packed BCD: the identity's, with zeros in front. Characters that are
// no hexadecimal digits count as 0.
std::vector<std::uint8_t> encode_terminal_id(std::string_view identity);

// Each gives the content of its message; append_frame makes the frame. Values beyond a field's range are
// clamped to it.
std::vector<std::uint8_t> encode_login(std::string_view identity);  // classic
std::vector<std::uint8_t> encode_extended_login(std::string_view identity, std::uint16_t type_code,
                                                std::uint16_t zone_and_language);
// The clock reading of a UTC time; years outside 2000 to 2099 are clamped to them.
TimeBlock encode_time(std::int64_t time_ms);
void write_time(const TimeBlock& time, std::vector<std::uint8_t>& out);
GpsBlock encode_gps(const DeviceRecord& record);
std::vector<std::uint8_t> encode_location(std::uint8_t number, const LocationContent& location);
std::vector<std::uint8_t> encode_alarm(std::uint8_t number, const AlarmContent& alarm);
std::vector<std::uint8_t> encode_heartbeat(std::uint8_t number, const HeartbeatContent& heartbeat);

}  // namespace rastro::gt06
