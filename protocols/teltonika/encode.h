// Writes what devices send, for simulation, tests and benches: packets and datagrams with any records. The
// record's own fields are written as they stand. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "protocols/teltonika/frame.h"
#include "protocols/teltonika/record.h"
#include "schema/device_identity.h"

namespace rastro::teltonika {

void encode_hello(const DeviceIdentity& identity, std::vector<std::uint8_t>& out);

// Appends a TCP packet. REQUIRES: at most 255 records; each element's value 1, 2, 4 or 8 bytes, or any other
// size with codec 8 Extended (NX), or 16 with io16. N is the number of elements.
void encode_packet(Codec codec, std::span<const Record> records, std::vector<std::uint8_t>& out,
                   bool io16 = false);

// Appends a datagram; its numbers and identity are taken from `head`.
void encode_datagram(const Datagram& head, Codec codec, std::span<const Record> records,
                     std::vector<std::uint8_t>& out, bool io16 = false);

}  // namespace rastro::teltonika
