// What the journal asks of an operating system, as an interface, so that tests can drop unsynced bytes, cut
// writes short and fail syncs. posix_env() is the real one. Paths are plain file names inside the journal's
// folder.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "schema/bytes.h"

namespace rastro::journal {

enum class IoError : std::uint8_t {
  kNone,
  kNotFound,
  kNoSpace,    // ENOSPC, EDQUOT: may pass
  kForbidden,  // EACCES, EPERM, EROFS
  kLocked,     // another process has the folder
  kFailed,     // everything else: the device, the file system
};

struct IoStatus {
  IoError error = IoError::kNone;
  std::string detail;  // for people: what was tried on which file, and the system's words

  bool ok() const { return error == IoError::kNone; }
};

// One thread at a time.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  virtual IoStatus append(ByteView bytes) = 0;  // after a failure any part may be in the file
  virtual IoStatus truncate(std::uint64_t size) = 0;
  virtual IoStatus sync() = 0;  // bytes and size are on stable storage after it
};

class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  // Fills `to` as far as the file goes from `offset`; `got` is how far that was.
  virtual IoStatus read(std::uint64_t offset, std::span<std::uint8_t> to, std::size_t& got) = 0;
};

struct FileInfo {
  std::string name;
  std::uint64_t size = 0;
  std::int64_t modified_ms = 0;
};

// The folder of one journal. Calls may come from several threads.
class Folder {
 public:
  virtual ~Folder() = default;
  virtual IoStatus list(std::vector<FileInfo>& files) = 0;
  virtual IoStatus open_for_append(const std::string& name,
                                   std::unique_ptr<WritableFile>& file) = 0;  // makes it
  virtual IoStatus open_for_reading(const std::string& name, std::unique_ptr<ReadableFile>& file) = 0;
  virtual IoStatus remove(const std::string& name) = 0;
  virtual IoStatus rename(const std::string& from, const std::string& to) = 0;
  virtual IoStatus sync() = 0;  // names that came and went are on stable storage after it
  // One holder among all processes, until the folder object goes.
  virtual IoStatus lock() = 0;
};

// Opens a folder of the file system; makes it, and its parents, when `create` says so.
IoStatus open_posix_folder(const std::string& path, bool create, std::unique_ptr<Folder>& folder);

}  // namespace rastro::journal
