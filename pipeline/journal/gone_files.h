// Files that nobody needs any more, freed a piece at a time: a file system that frees tens of megabytes at
// once takes its time for it, and keeps the next sync waiting too. One thread; bytes() any.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "pipeline/journal/file_env.h"

namespace rastro::journal {

// Behind the name of a file that goes. What a crash leaves of such, the next start removes.
inline constexpr std::string_view kGone = ".gone";

class GoneFiles {
 public:
  explicit GoneFiles(Folder& folder) : folder_(folder) {}

  // `name` ends with kGone, and will after a power cut: the folder was synced.
  void add(std::string name, std::uint64_t size);
  bool empty() const { return files_.empty(); }
  // What they still take of the disk.
  std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  // Frees a piece.
  void step();

 private:
  struct File {
    std::string name;
    std::uint64_t size;
    std::unique_ptr<WritableFile> file;
  };

  Folder& folder_;
  std::deque<File> files_;
  std::atomic<std::uint64_t> bytes_{0};
};

}  // namespace rastro::journal
