// The two checksums of the families. Pure; any thread.
#pragma once

#include <cstdint>

#include "schema/bytes.h"

namespace rastro {

// CRC-16/X-25 ("CRC-ITU", gt06.md 1): polynomial 0x1021 reflected, start 0xFFFF, result inverted. "123456789"
// → 0x906E.
std::uint16_t crc16_x25(ByteView bytes);

// CRC-16/ARC ("CRC-16/IBM", teltonika.md 1.3): polynomial 0x8005 reflected, start 0. "123456789" → 0xBB3D.
std::uint16_t crc16_arc(ByteView bytes);

// How a checksum is worked out: both ways give the same. The functions above choose by what the processor
// has; a test compares the ways.
struct ChecksumMethod {
  std::uint16_t (*x25)(ByteView bytes);
  std::uint16_t (*arc)(ByteView bytes);
};

// By tables, or for long inputs by carry-less multiplication where the processor has it (x86 PCLMULQDQ).
ChecksumMethod checksum_method(bool carry_less_multiplication);

// Whether this processor has it.
bool has_carry_less_multiplication();

}  // namespace rastro
