// A journal folder in memory on a disk that is worse than a real one: what is not synced may survive in any
// part, calls fail when told to, and the power goes at any of them. What it decides, it decides by its seed.
// Any thread; the fields are set while nobody calls, or under the mutex.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <random>

#include "pipeline/journal/file_env.h"

namespace rastro::test {

// The calls of file_env.h, each a step at which a fault can come.
enum class Call : std::uint8_t {
  kList,
  kOpenForAppend,
  kOpenForReading,
  kRead,
  kAppend,
  kTruncate,
  kSync,
  kRename,
  kRemove,
  kFolderSync,
};

// What a power cut leaves of what was not synced.
enum class Survives : std::uint8_t {
  kNothing,
  kEverything,
  kBySeed,  // of each file any of the sizes it had, of each 512 bytes any of their contents or stale ones; of
            // each name the old or the new
};

// The disk itself, which outlives the Folder objects of several lives of a process.
class MemoryDisk {
 public:
  using Bytes = std::vector<std::uint8_t>;
  using Contents = std::map<std::string, Bytes>;

  explicit MemoryDisk(std::uint64_t seed = 1) : random(seed) {}

  std::mutex mutex;
  std::mt19937_64 random;
  std::size_t capacity = SIZE_MAX;  // bytes of all files; appends above it are cut short with kNoSpace
  std::int64_t now_ms = 0;          // what files are dated with
  bool shows_stale_bytes = true;    // where a file grew, of files that are gone; most file systems show zeros
  // Asked before each call; an error is what the call ends with. An append may have written a part by then,
  // a remove or a rename may be done, and a failed sync loses what was unsynced or not, and then forgets it:
  // the next one succeeds, as Linux has it.
  std::function<journal::IoError(Call, const std::string& file)> fault;
  // Called before each sync of a file, with no lock held: it may take as long as it likes.
  std::function<void()> slow_sync;
  // Calls so far; at the call with this number, or the next one that succeeds, the power goes (0: never).
  std::uint64_t steps = 0;
  std::uint64_t cut_at_step = 0;

  // What a process sees of the files.
  Contents contents() const;
  Bytes& bytes(const std::string& name);  // to be damaged; not for sizes that a cut shall keep
  // The disk has these files and no others, as if written and synced long ago.
  void reset(const Contents& contents);
  void put(const std::string& name, Bytes bytes);
  std::size_t used() const;

  // From now until switch_on() every call fails, and those with files opened before for ever.
  void cut_power();
  bool off() const { return off_; }
  void switch_on(Survives survives);
  void lose_power(Survives survives = Survives::kNothing) {
    cut_power();
    switch_on(survives);
  }

 private:
  friend class MemoryFolder;
  friend class MemoryWritable;
  friend class MemoryReadable;

  // What was done to a file since it was last synced: bytes written at `offset`, which is also the size that
  // a truncate left.
  struct Change {
    std::size_t offset = 0;
    Bytes written = {};
  };
  struct File {
    Bytes bytes;    // as a process sees it
    Bytes durable;  // as the platter has it
    std::vector<Change> changes;
    std::int64_t modified_ms = 0;
  };
  using FilePtr = std::shared_ptr<File>;
  using Names = std::map<std::string, FilePtr>;

  // Counts the step. Whether it may go on: no error, and the power on.
  journal::IoStatus begin(Call call, const std::string& name, std::uint64_t life);
  // Whether this step is where the power goes: what it did is done, and not synced.
  journal::IoStatus end();
  journal::IoStatus not_found(const std::string& name);
  void write(File& file, ByteView bytes);
  void cut(File& file, std::size_t size);
  void sync(File& file);
  void settle(File& file, Survives survives);
  void settle_sector(const File& file, std::size_t from, std::size_t until, Bytes& settled);
  void bury(const Bytes& bytes, std::size_t from);
  std::size_t pick(std::size_t count) { return static_cast<std::size_t>(random() % count); }

  Names names_;          // as a process sees them
  Names durable_names_;  // as the platter has them
  Bytes stale_;          // what files that are gone, or were cut, had at these offsets
  std::uint64_t life_ = 0;
  bool off_ = false;
};

std::unique_ptr<journal::Folder> open_memory_folder(MemoryDisk& disk);

}  // namespace rastro::test
