// The gateway's answers that are more than an empty frame (gt06.md 6.10, 6.12, 6.14, 8). Each appends one
// frame. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "schema/bytes.h"

namespace rastro::gt06 {

// The time of day to 0x8A. REQUIRES: a time in the years 2000 to 2255.
void append_time_answer(std::uint16_t serial, std::int64_t time_ms, std::vector<std::uint8_t>& out);

// An address, UTF-8, cut to what a device can send on. `chinese`: in the form 0x17, else in 0x97.
void append_address_answer(bool chinese, std::string_view address, ByteView phone, std::uint16_t serial,
                           std::vector<std::uint8_t>& out);

// That what a module said has arrived: its code and result 1.
void append_module_answer(std::uint8_t module, std::uint16_t serial, std::vector<std::uint8_t>& out);

// The answer to a watch's frame: its own time. REQUIRES: the content of one.
void append_watch_answer(std::uint8_t number, ByteView content, std::vector<std::uint8_t>& out);

}  // namespace rastro::gt06
