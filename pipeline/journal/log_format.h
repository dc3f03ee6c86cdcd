// The bytes of a segment, as LOG_FORMAT.md has them. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/journal/cursor.h"
#include "schema/bytes.h"

namespace rastro::journal {

inline constexpr std::size_t kSegmentHeaderSize = 32;
inline constexpr std::size_t kRecordHeaderSize = 32;
inline constexpr std::size_t kAlignment = 8;
// No frame comes near it (a Teltonika packet ends at 64 KiB); a length above it is damage, not a record.
inline constexpr std::size_t kMaxPayload = 16U << 20;

// Bytes that a record takes in the segment, and so by how much the position moves.
constexpr std::uint64_t stored_size(std::size_t payload_size) {
  return (kRecordHeaderSize + payload_size + kAlignment - 1) / kAlignment * kAlignment;
}

void append_segment_header(Cursor start, std::vector<std::uint8_t>& out);
// The cursor that the segment begins at, or nothing when these are not the bytes of a header.
std::optional<Cursor> read_segment_header(ByteView bytes);

void append_record(Cursor at, std::uint32_t units, ByteView payload, std::vector<std::uint8_t>& out);
// A record that nobody is given, over `size` positions that are never used again: at least
// kRecordHeaderSize, at most stored_size(kMaxPayload), a multiple of kAlignment.
void append_void(Cursor at, std::uint64_t size, std::vector<std::uint8_t>& out);

struct RecordHeader {
  std::uint32_t crc = 0;
  std::uint32_t length = 0;
  std::uint64_t position = 0;
  std::uint64_t units_before = 0;
  std::uint32_t units = 0;
  bool is_void = false;
};

// Reads the fields of kRecordHeaderSize bytes; whether they are a record is for is_record_at to say.
RecordHeader read_record_header(ByteView bytes);
// Whether a header can be that of a record at `position`, before its checksum is looked at.
inline bool plausible_at(const RecordHeader& header, std::uint64_t position) {
  return header.position == position && header.length <= kMaxPayload;
}
// `record`: header, payload and padding. Whether the checksum fits.
bool checksum_fits(const RecordHeader& header, ByteView record);

// "00000000000000000040.journal" and back.
std::string segment_name(std::uint64_t position);
std::optional<std::uint64_t> segment_position(std::string_view file_name);

}  // namespace rastro::journal
