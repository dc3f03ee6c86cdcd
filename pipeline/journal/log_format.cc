#include "pipeline/journal/log_format.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "pipeline/journal/crc32c.h"

namespace rastro::journal {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic = {'R', 'A', 'S', 'T', 'R', 'O', 'J', '1'};
constexpr std::size_t kSegmentCrcOffset = 24;
constexpr std::size_t kCrcSize = 4;
constexpr std::string_view kSuffix = ".journal";
constexpr std::size_t kDigits = 20;
constexpr std::uint32_t kData = 0;
constexpr std::uint32_t kVoid = 1;

template <typename T>
void put(T value, std::uint8_t* to) {
  for (std::size_t i = 0; i < sizeof(T); ++i) to[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

template <typename T>
T get(const std::uint8_t* from) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value |= static_cast<T>(static_cast<T>(from[i]) << (8 * i));
  return value;
}

}  // namespace

void append_segment_header(Cursor start, std::vector<std::uint8_t>& out) {
  std::array<std::uint8_t, kSegmentHeaderSize> header{};
  std::copy(kMagic.begin(), kMagic.end(), header.begin());
  put(start.position, &header[8]);
  put(start.units, &header[16]);
  put(crc32c(ByteView(header).first(kSegmentCrcOffset)), &header[kSegmentCrcOffset]);
  out.insert(out.end(), header.begin(), header.end());
}

std::optional<Cursor> read_segment_header(ByteView bytes) {
  if (bytes.size() < kSegmentHeaderSize || !std::equal(kMagic.begin(), kMagic.end(), bytes.begin()))
    return {};
  const auto crc =
      get<std::uint64_t>(&bytes[kSegmentCrcOffset]);  // its upper half is the field that must be zero
  if (crc != crc32c(bytes.first(kSegmentCrcOffset))) return {};
  return Cursor{get<std::uint64_t>(&bytes[8]), get<std::uint64_t>(&bytes[16])};
}

namespace {

void append_record(Cursor at, std::uint32_t units, ByteView payload, std::uint32_t kind,
                   std::vector<std::uint8_t>& out) {
  std::array<std::uint8_t, kRecordHeaderSize> header{};
  put(static_cast<std::uint32_t>(payload.size()), &header[4]);
  put(at.position, &header[8]);
  put(at.units, &header[16]);
  put(units, &header[24]);
  put(kind, &header[28]);
  const std::size_t start = out.size();
  out.insert(out.end(), header.begin(), header.end());
  out.insert(out.end(), payload.begin(), payload.end());
  out.resize(start + stored_size(payload.size()));  // zeros up to the next boundary
  put(crc32c(ByteView(out).subspan(start + kCrcSize)), &out[start]);
}

}  // namespace

void append_record(Cursor at, std::uint32_t units, ByteView payload, std::vector<std::uint8_t>& out) {
  append_record(at, units, payload, kData, out);
}

void append_void(Cursor at, std::uint64_t size, std::vector<std::uint8_t>& out) {
  append_record(at, 0, std::vector<std::uint8_t>(size - kRecordHeaderSize), kVoid, out);
}

RecordHeader read_record_header(ByteView bytes) {
  return {get<std::uint32_t>(&bytes[0]),  get<std::uint32_t>(&bytes[4]),
          get<std::uint64_t>(&bytes[8]),  get<std::uint64_t>(&bytes[16]),
          get<std::uint32_t>(&bytes[24]), get<std::uint32_t>(&bytes[28]) == kVoid};
}

bool checksum_fits(const RecordHeader& header, ByteView record) {
  return crc32c(record.subspan(kCrcSize)) == header.crc;
}

std::string segment_name(std::uint64_t position) {
  std::string digits = std::to_string(position);
  return std::string(kDigits - digits.size(), '0') + digits + std::string(kSuffix);
}

std::optional<std::uint64_t> segment_position(std::string_view file_name) {
  if (file_name.size() != kDigits + kSuffix.size() || !file_name.ends_with(kSuffix)) return {};
  std::uint64_t position = 0;
  const auto result = std::from_chars(file_name.data(), file_name.data() + kDigits, position);
  if (result.ec != std::errc() || result.ptr != file_name.data() + kDigits) return {};
  return position;
}

}  // namespace rastro::journal
