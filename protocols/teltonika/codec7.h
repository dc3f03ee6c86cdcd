// Records of codec 7, GH3000 and GH4000 (teltonika.md 8). Pure; any thread.
#pragma once

#include <cstdint>

#include "protocols/byte_reader.h"
#include "protocols/teltonika/record_decoder.h"
#include "schema/message.h"

namespace rastro::teltonika {

// Reads the next record and appends its fix, which has no place where the record has none. The outcome is
// that of RecordDecoder::read; these records have no N, and no time that is impossible.
RecordOutcome read_codec7_record(ByteReader& reader, std::int64_t received_ms, MessageBuffer& out);

}  // namespace rastro::teltonika
