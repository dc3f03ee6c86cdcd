#include "pipeline/journal/clean_end.h"

#include <array>
#include <memory>
#include <vector>

#include "pipeline/journal/log_format.h"
#include "pipeline/journal/replace_file.h"

namespace rastro::journal {
namespace {

constexpr const char* kFileName = "clean";

}  // namespace

// One record of the log format without a payload, as of a cursor file: it brings its own checksum.
IoStatus mark_clean_end(Folder& folder, Cursor end) {
  std::vector<std::uint8_t> record;
  append_record(end, 0, {}, record);
  return replace_file(folder, kFileName, [&](WritableFile& file) { return file.append(record); });
}

IoStatus take_clean_end(Folder& folder, std::optional<Cursor>& end) {
  end.reset();
  std::unique_ptr<ReadableFile> file;
  IoStatus status = folder.open_for_reading(kFileName, file);
  if (status.error == IoError::kNotFound) return {};
  if (!status.ok()) return status;
  std::array<std::uint8_t, kRecordHeaderSize + 1> bytes{};
  std::size_t got = 0;
  status = file->read(0, bytes, got);
  if (!status.ok()) return status;
  const ByteView record = ByteView(bytes).first(got);
  if (got == kRecordHeaderSize && checksum_fits(read_record_header(record), record)) {
    const RecordHeader header = read_record_header(record);
    end = Cursor{header.position, header.units_before};
  }
  status = folder.remove(kFileName);
  return status.ok() ? folder.sync() : status;
}

}  // namespace rastro::journal
