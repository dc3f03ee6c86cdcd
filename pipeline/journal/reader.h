// Reads a journal's records in order, over segments, round damage. Sees files only: works on a live journal
// (up to the durable mark that the caller names) as on one at rest. One thread; several readers may read one
// folder.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/journal/cursor.h"
#include "pipeline/journal/file_env.h"
#include "pipeline/journal/log_format.h"

namespace rastro::journal {

struct RecordView {
  Cursor begin;
  Cursor end;
  std::uint32_t units = 0;
  ByteView payload;  // good until the next call of next()
};

enum class ReadOutcome : std::uint8_t {
  kRecord,  // record() has it
  kEnd,     // nothing below the limit (yet), or the torn tail of the last segment
  kDamage,  // damage() has the stretch; reading goes on behind it
  kFailed,  // the folder or a file cannot be read: status()
};

// Of a segment's header: no positions, `from` is `to`, and all records are there.
struct Damage {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  const char* reason = "";
};

class Reader {
 public:
  static constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

  Reader(Folder& folder, std::uint64_t position) : folder_(folder), position_(position) {}

  // The next record that ends at or below `limit`. With kNoLimit: what the files hold.
  ReadOutcome next(std::uint64_t limit);

  const RecordView& record() const { return record_; }
  const Damage& damage() const { return damage_; }
  const IoStatus& status() const { return status_; }
  std::uint64_t position() const { return position_; }
  // Behind the last record that was passed, also one that nobody is given; nothing before the first.
  const std::optional<Cursor>& passed() const { return passed_; }
  // Goes back (or on) to a place where a record begins.
  void seek(std::uint64_t position) { position_ = position; }

 private:
  struct Segment {
    std::uint64_t start = 0;
    std::uint64_t end = kNoLimit;  // where the next segment starts
  };

  bool enter_segment();
  bool list_segments();
  bool read_header();
  // `size` bytes from `position` of the open segment, through the buffer; fewer when the file or the limit
  // ends.
  ByteView load(std::uint64_t position, std::size_t size, std::uint64_t limit);
  // Puts it into record_.
  bool good_record_at(std::uint64_t position, std::uint64_t limit);
  ReadOutcome skip_damage(std::uint64_t limit);
  ReadOutcome report(std::uint64_t to, const char* reason);

  Folder& folder_;
  std::uint64_t position_;
  std::vector<std::uint64_t> starts_;
  Segment segment_;
  std::unique_ptr<ReadableFile> file_;
  std::vector<std::uint8_t> buffer_;
  std::uint64_t buffer_position_ = 0;
  std::size_t buffer_size_ = 0;
  RecordView record_;
  bool is_void_ = false;         // record_
  bool header_damaged_ = false;  // of the open segment, and not reported yet
  std::optional<Cursor> passed_;
  Damage damage_;
  IoStatus status_;
};

}  // namespace rastro::journal
