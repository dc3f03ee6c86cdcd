#include "pipeline/journal/recovery.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/journal/clean_end.h"
#include "pipeline/journal/gone_files.h"
#include "pipeline/journal/log_format.h"
#include "pipeline/journal/reader.h"
#include "pipeline/journal/replace_file.h"

namespace rastro::journal {
namespace {

constexpr std::size_t kCopyChunk = 1U << 20;

constexpr std::uint64_t align(std::uint64_t position) {
  return (position + kAlignment - 1) / kAlignment * kAlignment;
}

// What a segment's file holds.
struct Tail {
  bool header = false;  // it is whole, and this segment's
  bool any = false;     // there are records
  Cursor end;           // behind the last one
};

IoStatus find_segments(Folder& folder, std::vector<FileInfo>& files, std::vector<Segment>& segments) {
  if (auto status = folder.list(files); !status.ok()) return status;
  for (const FileInfo& file : files) {
    // Of an opening or a freeing that a crash broke off: it only takes space.
    for (const std::string_view left : {kBeside, kGone}) {
      const std::string_view name(file.name);
      if (name.ends_with(left) && segment_position(name.substr(0, name.size() - left.size())))
        folder.remove(file.name);
    }
  }
  std::erase_if(files, [](const FileInfo& file) { return !segment_position(file.name); });
  std::ranges::sort(files, {}, &FileInfo::name);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::uint64_t start = *segment_position(files[i].name);
    const std::uint64_t bytes = i + 1 < files.size() ? *segment_position(files[i + 1].name) - start : 0;
    segments.push_back({{start, 0}, bytes, files[i].modified_ms});
  }
  return {};
}

IoStatus read_tail(Folder& folder, std::uint64_t start, Tail& tail) {
  std::unique_ptr<ReadableFile> file;
  if (auto status = folder.open_for_reading(segment_name(start), file); !status.ok()) return status;
  std::array<std::uint8_t, kSegmentHeaderSize> bytes{};
  std::size_t got = 0;
  if (auto status = file->read(0, bytes, got); !status.ok()) return status;
  const auto header = read_segment_header(ByteView(bytes).first(got));
  // Where a file grew just before the power went, it may hold what another one held on the same disk blocks.
  tail.header = header && header->position == start;
  tail.end = tail.header ? *header : Cursor{start, 0};
  Reader reader(folder, start);
  for (;;) {
    const ReadOutcome outcome = reader.next(Reader::kNoLimit);
    if (outcome == ReadOutcome::kFailed) return reader.status();
    if (outcome == ReadOutcome::kEnd) break;
  }
  tail.any = reader.passed().has_value();
  tail.end = reader.passed().value_or(tail.end);
  return {};
}

IoStatus copy(Folder& folder, const std::string& name, std::uint64_t size, WritableFile& to) {
  std::unique_ptr<ReadableFile> from;
  IoStatus status = folder.open_for_reading(name, from);
  std::vector<std::uint8_t> chunk(std::min<std::uint64_t>(size, kCopyChunk));
  for (std::uint64_t done = 0; status.ok() && done < size;) {
    const std::size_t wanted = std::min<std::uint64_t>(size - done, chunk.size());
    std::size_t got = 0;
    status = from->read(done, std::span(chunk).first(wanted), got);
    if (status.ok() && got < wanted) return {IoError::kFailed, name + " became shorter while it was read"};
    if (status.ok()) status = to.append(std::span(chunk).first(got));
    done += got;
  }
  return status;
}

// Moves `end` to `claimed` at least, over positions that may have been given out. A last record that is
// damaged looks like one that was never whole, and a consumer may be behind it: what came to stand before its
// cursor, it would never be given.
IoStatus skip_to(std::uint64_t claimed, WritableFile& file, Cursor& end) {
  IoStatus status;
  while (status.ok() && end.position < claimed) {
    const std::uint64_t left = align(std::max<std::uint64_t>(claimed - end.position, kRecordHeaderSize));
    const std::uint64_t size = std::min(left, stored_size(kMaxPayload));
    std::vector<std::uint8_t> record;
    append_void(end, size, record);
    status = file.append(record);
    end.position += size;
  }
  return status;
}

// What the process before wrote may be in the system's cache alone. A sync does not help when the last sync
// before the end had failed: the system has the bytes, takes them for written, and they are gone after a
// power cut. So the part that is good is written anew, beside the old, and takes its name when it is durable.
IoStatus write_anew(Folder& folder, const std::string& name, std::uint64_t good_size, std::uint64_t claimed,
                    Cursor& end) {
  return replace_file(folder, name, [&](WritableFile& file) {
    const IoStatus status = copy(folder, name, good_size, file);
    return status.ok() ? skip_to(claimed, file, end) : status;
  });
}

// Where there is no space for a second file: all but what a failed sync dropped, and positions are skipped if
// there is space for that.
IoStatus cut_tail(Folder& folder, const std::string& name, std::uint64_t good_size, std::uint64_t claimed,
                  Cursor& end) {
  std::unique_ptr<WritableFile> file;
  IoStatus status = folder.open_for_append(name, file);
  if (status.ok() && claimed > end.position) {
    const Cursor good = end;
    status = file->truncate(good_size);
    if (status.ok()) status = skip_to(claimed, *file, end);
    if (status.error == IoError::kNoSpace) {
      end = good;
      status = file->truncate(good_size);
    }
  }
  if (status.ok()) status = file->sync();
  if (status.ok()) status = folder.sync();
  return status;
}

// Whether the last file is as long as a journal that ends there has it.
bool ends_at(Cursor end, const std::vector<FileInfo>& files, const std::vector<Segment>& segments) {
  if (segments.empty() || end.position < segments.back().start.position) return false;
  return files.back().size == kSegmentHeaderSize + end.position - segments.back().start.position;
}

}  // namespace

IoStatus recover(Folder& folder, Recovered& recovered) {
  std::vector<FileInfo> files;
  if (auto status = find_segments(folder, files, recovered.segments); !status.ok()) return status;
  std::optional<Cursor> clean;
  if (auto status = take_clean_end(folder, clean); !status.ok()) return status;
  if (clean && ends_at(*clean, files, recovered.segments)) {
    recovered.end = *clean;
    recovered.segments.back().bytes = clean->position - recovered.segments.back().start.position;
    return {};
  }
  std::uint64_t claimed = 0;  // up to where positions may have been given out
  for (; !recovered.segments.empty(); recovered.segments.pop_back(), files.pop_back()) {
    Segment& last = recovered.segments.back();
    const FileInfo& file = files.back();
    Tail tail;
    if (auto status = read_tail(folder, last.start.position, tail); !status.ok()) return status;
    const std::uint64_t held = file.size - std::min<std::uint64_t>(file.size, kSegmentHeaderSize);
    claimed = std::max(claimed, last.start.position + held);
    recovered.end = tail.end;
    if (!tail.header && !tail.any) {
      // The crash came while the segment was made: nothing in it was ever durable.
      if (auto status = folder.remove(file.name); !status.ok()) return status;
      recovered.torn_bytes += file.size;
      continue;
    }
    const std::uint64_t good = tail.end.position - last.start.position;
    recovered.torn_bytes += held - good;
    IoStatus status = write_anew(folder, file.name, kSegmentHeaderSize + good, claimed, recovered.end);
    if (status.error == IoError::kNoSpace) {
      recovered.end = tail.end;
      status = cut_tail(folder, file.name, kSegmentHeaderSize + good, claimed, recovered.end);
    }
    last.bytes = recovered.end.position - last.start.position;
    return status;
  }
  recovered.end.position = align(claimed);
  return {};
}

}  // namespace rastro::journal
