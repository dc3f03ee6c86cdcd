// A journal folder in memory that can lose power and fail on purpose: it knows what was synced and what was
// not.
#pragma once

#include <map>
#include <mutex>

#include "pipeline/journal/file_env.h"

namespace rastro::test {

struct MemoryFile {
  std::vector<std::uint8_t> bytes;
  std::size_t synced = 0;    // bytes that survive a power cut
  bool name_synced = false;  // whether the folder knows the name for good
};

// The disk itself, which outlives the Folder objects of several lives of a process. Faults are one-shot
// counters: the n-th call from now fails (0: none).
struct MemoryDisk {
  std::mutex mutex;
  std::map<std::string, MemoryFile> files;
  int fail_sync_in = 0;
  int fail_append_in = 0;           // with kFailed
  std::size_t capacity = SIZE_MAX;  // bytes of all files; appends above it are cut short with kNoSpace

  // Keeps what was synced, and of each unsynced tail the first `torn` bytes, as a disk may.
  void cut_power(std::size_t torn = 0);
  std::size_t used() const;
};

std::unique_ptr<journal::Folder> open_memory_folder(MemoryDisk& disk);

}  // namespace rastro::test
