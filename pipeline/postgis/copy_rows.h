// The COPY statements of the tables and the rows that go with them, side by side so that both have the same
// columns in the same order. Pure; any thread.
#pragma once

#include <string_view>

#include "pipeline/postgis/batch.h"
#include "pipeline/postgis/copy_encoder.h"

namespace rastro::postgis {

#define RASTRO_FIX_COLUMNS                                                                                   \
  "device_id, fix_time, received_at, record_hash, altitude_m, speed_kmh, course_deg, satellites, protocol, " \
  "valid, "                                                                                                  \
  "position, attributes"
#define RASTRO_COPY_FIXES_TO(table) "COPY " table " (" RASTRO_FIX_COLUMNS ") FROM STDIN (FORMAT binary)"

inline constexpr const char* kCopyFixes = RASTRO_COPY_FIXES_TO("rastro.fix");
void append_row(const FixRow& row, CopyEncoder& to);

// The newest fixes, on their way to rastro.device_last_fix.
inline constexpr const char* kCopyLastFixes =
    "COPY pg_temp.last_stage (device_id, fix_time, received_at, record_hash, altitude_m, speed_kmh, "
    "course_deg, "
    "satellites, position) FROM STDIN (FORMAT binary)";
void append_last_row(const FixRow& row, CopyEncoder& to);

inline constexpr const char* kCopyMessages =
    "COPY rastro.message (received_at, device_id, code, serial, protocol, type, attributes, cells, wifi, "
    "text, raw, transport, decoder_version) "
    "FROM STDIN (FORMAT binary)";
void append_row(const MessageRow& row, CopyEncoder& to);

inline constexpr const char* kCopyDeadLetters =
    "COPY rastro.dead_letter (received_at, device_id, protocol, reason, content, raw, frame, transport, "
    "decoder_version) "
    "FROM STDIN (FORMAT binary)";
void append_row(const DeadLetterRow& row, CopyEncoder& to);

}  // namespace rastro::postgis
