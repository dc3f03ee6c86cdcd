// The identity of a record: 64 bits over the bytes that the device wrote for it, without what the transport
// put around them (serial number, checksum). Stored, so the function is fixed for ever: XXH3-64 with seed 0.
// Pure; any thread.
#pragma once

#include <cstdint>

#include "schema/bytes.h"

namespace rastro {

std::uint64_t record_hash(ByteView record);

}  // namespace rastro
