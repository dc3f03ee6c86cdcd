#include "pipeline/journal/identity.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "pipeline/journal/crc32c.h"
#include "pipeline/journal/log_format.h"
#include "pipeline/journal/replace_file.h"

namespace rastro::journal {
namespace {

constexpr const char* kFileName = "id";
constexpr std::size_t kTextSize = 36;  // of a UUID, RFC 9562 section 4
constexpr std::string_view kDigits = "0123456789abcdef";

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string uuid_of(std::span<const std::uint8_t, kIdentityBytes> random) {
  std::array<std::uint8_t, kIdentityBytes> bytes{};
  std::ranges::copy(random, bytes.begin());
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x40);  // version 4: random
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);  // the variant of RFC 9562
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 0x0F];
  }
  return text;
}

// The UUID and, behind a space, its CRC-32C in eight digits.
std::string line_of(const std::string& uuid) {
  std::string line = uuid + ' ';
  const std::uint32_t crc = crc32c(bytes_of(uuid));
  for (int shift = 28; shift >= 0; shift -= 4) line += kDigits[(crc >> shift) & 0x0F];
  return line + '\n';
}

}  // namespace

IoStatus load_identity(Folder& folder, std::string& identity) {
  identity = kUnnamed;
  std::unique_ptr<ReadableFile> file;
  IoStatus status = folder.open_for_reading(kFileName, file);
  if (status.error == IoError::kNotFound) return {};
  if (!status.ok()) return status;
  std::vector<std::uint8_t> bytes(line_of(kUnnamed).size() + 1);
  std::size_t got = 0;
  status = file->read(0, bytes, got);
  if (!status.ok()) return status;
  const std::string line(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(got));
  const std::string uuid = line.substr(0, kTextSize);
  if (line != line_of(uuid))
    return {IoError::kFailed, std::string("the file ") + kFileName + " of the journal is damaged"};
  identity = uuid;
  return {};
}

IoStatus ensure_identity(Folder& folder, std::span<const std::uint8_t, kIdentityBytes> random,
                         std::string& identity) {
  if (auto status = load_identity(folder, identity); !status.ok() || identity != kUnnamed) return status;
  std::vector<FileInfo> files;
  if (auto status = folder.list(files); !status.ok()) return status;
  const auto is_segment = [](const FileInfo& file) { return segment_position(file.name).has_value(); };
  if (std::ranges::any_of(files, is_segment)) return {};
  const std::string uuid = uuid_of(random);
  const std::string line = line_of(uuid);
  IoStatus status =
      replace_file(folder, kFileName, [&](WritableFile& to) { return to.append(bytes_of(line)); });
  if (status.ok()) identity = uuid;
  return status;
}

}  // namespace rastro::journal
