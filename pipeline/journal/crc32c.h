// CRC-32C (Castagnoli, RFC 3720 B.4): the journal's checksum. Uses the processor's instruction where there is
// one. Pure; any thread.
#pragma once

#include <cstdint>

#include "schema/bytes.h"

namespace rastro::journal {

// Of `bytes`, continuing from the checksum `before` of what stands in front of them.
std::uint32_t crc32c(ByteView bytes, std::uint32_t before = 0);

// The table form that stands in where the processor has no instruction; the same result.
std::uint32_t crc32c_portable(ByteView bytes, std::uint32_t before = 0);

}  // namespace rastro::journal
