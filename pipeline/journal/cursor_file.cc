#include "pipeline/journal/cursor_file.h"

#include <array>
#include <optional>
#include <string_view>

#include "pipeline/journal/log_format.h"
#include "pipeline/journal/replace_file.h"

namespace rastro::journal {
namespace {

std::string file_name(const std::string& consumer) { return consumer + ".cursor"; }

}  // namespace

// The file holds one record of the log format without a payload: it brings its own checksum.
IoStatus load_cursor(Folder& folder, const std::string& consumer, std::optional<Cursor>& cursor) {
  std::unique_ptr<ReadableFile> file;
  IoStatus status = folder.open_for_reading(file_name(consumer), file);
  if (status.error == IoError::kNotFound) {
    cursor.reset();
    return {};
  }
  if (!status.ok()) return status;
  std::array<std::uint8_t, kRecordHeaderSize + 1> bytes;
  std::size_t got = 0;
  status = file->read(0, bytes, got);
  if (!status.ok()) return status;
  const ByteView record = ByteView(bytes).first(got);
  if (got != kRecordHeaderSize || !checksum_fits(read_record_header(record), record)) {
    return {IoError::kFailed, "the cursor file " + file_name(consumer) + " is damaged"};
  }
  const RecordHeader header = read_record_header(record);
  cursor = Cursor{header.position, header.units_before};
  return {};
}

IoStatus save_cursor(Folder& folder, const std::string& consumer, Cursor cursor) {
  std::vector<std::uint8_t> record;
  append_record(cursor, 0, {}, record);
  return replace_file(folder, file_name(consumer), [&](WritableFile& file) { return file.append(record); });
}

}  // namespace rastro::journal
