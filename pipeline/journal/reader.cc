#include "pipeline/journal/reader.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rastro::journal {
namespace {

// One read for some thousand records of a usual size; small enough that each consumer can have its own.
constexpr std::size_t kReadAhead = 256U << 10;

}  // namespace

ReadOutcome Reader::next(std::uint64_t limit) {
  status_ = {};
  if (position_ >= limit) return ReadOutcome::kEnd;
  if (!file_ || position_ < segment_.start || position_ >= segment_.end) {
    if (!enter_segment()) return status_.ok() ? ReadOutcome::kEnd : ReadOutcome::kFailed;
    if (position_ < segment_.start) return report(segment_.start, "no segment holds these positions");
  }
  if (good_record_at(position_, limit)) {
    if (std::exchange(header_damaged_, false)) return report(position_, "the header of a segment");
    position_ = record_.end.position;
    passed_ = record_.end;
    return is_void_ ? next(limit) : ReadOutcome::kRecord;
  }
  if (!status_.ok()) return ReadOutcome::kFailed;
  // What was the last segment when it was entered may have a successor by now.
  if (segment_.end == kNoLimit) {
    if (!list_segments()) return ReadOutcome::kFailed;
    const auto successor = std::ranges::upper_bound(starts_, segment_.start);
    if (successor != starts_.end()) {
      segment_.end = *successor;
      return next(limit);
    }
  }
  return skip_damage(limit);
}

bool Reader::list_segments() {
  std::vector<FileInfo> files;
  status_ = folder_.list(files);
  starts_.clear();
  for (const FileInfo& file : files) {
    if (const auto start = segment_position(file.name)) starts_.push_back(*start);
  }
  std::ranges::sort(starts_);
  return status_.ok();
}

bool Reader::enter_segment() {
  file_.reset();
  buffer_size_ = 0;
  if (!list_segments() || starts_.empty()) return false;
  auto next = std::ranges::upper_bound(starts_, position_);
  if (next != starts_.begin()) --next;  // else: the first segment, which starts behind the position
  segment_.start = *next++;
  segment_.end = next == starts_.end() ? kNoLimit : *next;
  status_ = folder_.open_for_reading(segment_name(segment_.start), file_);
  return status_.ok() && read_header();
}

// Records say all that the header does; it is looked at so that damage does not go unseen.
bool Reader::read_header() {
  std::array<std::uint8_t, kSegmentHeaderSize> bytes{};
  std::size_t got = 0;
  status_ = file_->read(0, bytes, got);
  const auto header = read_segment_header(ByteView(bytes).first(got));
  header_damaged_ = !header || header->position != segment_.start;
  if (!status_.ok()) file_.reset();
  return status_.ok();
}

ByteView Reader::load(std::uint64_t position, std::size_t size, std::uint64_t limit) {
  const std::uint64_t buffer_end = buffer_position_ + buffer_size_;
  if (buffer_size_ == 0 || position < buffer_position_ || position + size > buffer_end) {
    buffer_.resize(std::max(buffer_.size(), std::max(size, kReadAhead)));
    // Never beyond the limit: what stands there may be half written now, and would be stale when it is
    // durable.
    const std::uint64_t below_limit = std::min<std::uint64_t>(buffer_.size(), limit - position);
    status_ = file_->read(kSegmentHeaderSize + position - segment_.start,
                          std::span(buffer_).first(below_limit), buffer_size_);
    if (!status_.ok()) buffer_size_ = 0;
    buffer_position_ = position;
  }
  const ByteView bytes = ByteView(buffer_).first(buffer_size_).subspan(position - buffer_position_);
  return bytes.first(std::min(size, bytes.size()));
}

bool Reader::good_record_at(std::uint64_t position, std::uint64_t limit) {
  const ByteView head = load(position, kRecordHeaderSize, limit);
  if (head.size() < kRecordHeaderSize) return false;
  const RecordHeader header = read_record_header(head);
  if (!plausible_at(header, position)) return false;
  const std::uint64_t size = stored_size(header.length);
  if (position + size > std::min(limit, segment_.end)) return false;
  const ByteView stored = load(position, size, limit);
  if (stored.size() < size || !checksum_fits(header, stored)) return false;
  record_ = {{position, header.units_before},
             {position + size, header.units_before + header.units},
             header.units,
             stored.subspan(kRecordHeaderSize, header.length)};
  is_void_ = header.is_void;
  return true;
}

ReadOutcome Reader::skip_damage(std::uint64_t limit) {
  const std::uint64_t end = std::min(limit, segment_.end);
  for (std::uint64_t p = position_ + kAlignment; p < end; p += kAlignment) {
    if (good_record_at(p, limit)) return report(p, "damaged records");
    if (!status_.ok()) return ReadOutcome::kFailed;
    if (load(p, kRecordHeaderSize, limit).size() < kRecordHeaderSize) break;  // the file ends
  }
  // Nothing good until the end. In the last segment of a journal at rest that is a torn tail; anywhere else,
  // records that somebody was told about are gone.
  if (end == kNoLimit) return ReadOutcome::kEnd;
  return report(end, "damaged records");
}

ReadOutcome Reader::report(std::uint64_t to, const char* reason) {
  damage_ = {position_, to, reason};
  position_ = to;
  return ReadOutcome::kDamage;
}

}  // namespace rastro::journal
