// What a server answers (teltonika.md 1.1, 1.4, 2). Appends to a vector that the caller owns. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "protocols/teltonika/frame.h"

namespace rastro::teltonika {

// To a hello: 01 or 00.
void append_login_reply(bool accepted, std::vector<std::uint8_t>& out);

// To a TCP packet: the number of records taken. A device that reads less than it sent sends them all again.
void append_record_count(std::uint32_t accepted, std::vector<std::uint8_t>& out);

// To a datagram: its own numbers, by which the device finds the packet, and the records taken.
void append_datagram_reply(const Datagram& request, std::uint8_t accepted, std::vector<std::uint8_t>& out);

}  // namespace rastro::teltonika
