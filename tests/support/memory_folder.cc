#include "tests/support/memory_folder.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace rastro::test {

using journal::IoError;
using journal::IoStatus;

namespace {

// What a disk writes whole or not at all.
constexpr std::size_t kSector = 512;

// The bytes of `from` in [begin, end) over those of `to`.
void copy_range(const MemoryDisk::Bytes& from, std::size_t begin, std::size_t end, MemoryDisk::Bytes& to) {
  end = std::min({end, from.size(), to.size()});
  if (begin < end) std::memcpy(to.data() + begin, from.data() + begin, end - begin);
}

}  // namespace

class MemoryWritable : public journal::WritableFile {
 public:
  MemoryWritable(MemoryDisk& disk, std::string name, MemoryDisk::FilePtr file)
      : disk_(disk), name_(std::move(name)), file_(std::move(file)), life_(disk.life_) {}

  IoStatus append(ByteView bytes) override {
    const std::lock_guard lock(disk_.mutex);
    if (auto status = disk_.begin(Call::kAppend, name_, life_); !status.ok()) {
      if (!disk_.off_) disk_.write(*file_, bytes.first(disk_.pick(bytes.size() + 1)));
      return status;
    }
    const std::size_t room = disk_.capacity - std::min(disk_.capacity, disk_.used());
    const std::size_t fits = std::min(room, bytes.size());
    disk_.write(*file_, bytes.first(fits));
    if (fits < bytes.size()) return {IoError::kNoSpace, "no space on purpose"};
    return disk_.end();
  }

  IoStatus truncate(std::uint64_t size) override {
    const std::lock_guard lock(disk_.mutex);
    if (auto status = disk_.begin(Call::kTruncate, name_, life_); !status.ok()) return status;
    disk_.cut(*file_, size);
    return disk_.end();
  }

  IoStatus sync() override {
    if (disk_.slow_sync) disk_.slow_sync();
    const std::lock_guard lock(disk_.mutex);
    if (auto status = disk_.begin(Call::kSync, name_, life_); !status.ok()) {
      if (!disk_.off_) disk_.settle(*file_, Survives::kBySeed);
      return status;
    }
    if (auto status = disk_.end(); !status.ok()) return status;
    disk_.sync(*file_);
    return {};
  }

 private:
  MemoryDisk& disk_;
  const std::string name_;
  const MemoryDisk::FilePtr file_;
  const std::uint64_t life_;
};

class MemoryReadable : public journal::ReadableFile {
 public:
  MemoryReadable(MemoryDisk& disk, std::string name, MemoryDisk::FilePtr file)
      : disk_(disk), name_(std::move(name)), file_(std::move(file)), life_(disk.life_) {}

  IoStatus read(std::uint64_t offset, std::span<std::uint8_t> to, std::size_t& got) override {
    const std::lock_guard lock(disk_.mutex);
    got = 0;
    if (auto status = disk_.begin(Call::kRead, name_, life_); !status.ok()) return status;
    const auto& bytes = file_->bytes;
    got = offset >= bytes.size() ? 0 : std::min(to.size(), bytes.size() - offset);
    if (got > 0) std::memcpy(to.data(), bytes.data() + offset, got);
    return disk_.end();
  }

 private:
  MemoryDisk& disk_;
  const std::string name_;
  const MemoryDisk::FilePtr file_;
  const std::uint64_t life_;
};

class MemoryFolder : public journal::Folder {
 public:
  explicit MemoryFolder(MemoryDisk& disk) : disk_(disk), life_(disk.life_) {}

  IoStatus list(std::vector<journal::FileInfo>& files) override {
    const std::lock_guard lock(disk_.mutex);
    files.clear();
    if (auto status = disk_.begin(Call::kList, "", life_); !status.ok()) return status;
    for (const auto& [name, file] : disk_.names_)
      files.push_back({name, file->bytes.size(), file->modified_ms});
    return disk_.end();
  }

  IoStatus open_for_append(const std::string& name, std::unique_ptr<journal::WritableFile>& file) override {
    const std::lock_guard lock(disk_.mutex);
    if (auto status = disk_.begin(Call::kOpenForAppend, name, life_); !status.ok()) return status;
    auto& entry = disk_.names_[name];
    if (!entry) entry = std::make_shared<MemoryDisk::File>();
    file = std::make_unique<MemoryWritable>(disk_, name, entry);
    return disk_.end();
  }

  IoStatus open_for_reading(const std::string& name, std::unique_ptr<journal::ReadableFile>& file) override {
    const std::lock_guard lock(disk_.mutex);
    if (auto status = disk_.begin(Call::kOpenForReading, name, life_); !status.ok()) return status;
    const auto found = disk_.names_.find(name);
    if (found == disk_.names_.end()) return disk_.not_found(name);
    file = std::make_unique<MemoryReadable>(disk_, name, found->second);
    return disk_.end();
  }

  IoStatus remove(const std::string& name) override {
    const std::lock_guard lock(disk_.mutex);
    const IoStatus status = disk_.begin(Call::kRemove, name, life_);
    if (!status.ok() && (disk_.off_ || disk_.pick(2) == 0)) return status;
    const auto found = disk_.names_.find(name);
    if (found == disk_.names_.end()) return disk_.not_found(name);
    disk_.bury(found->second->bytes, 0);
    disk_.names_.erase(found);
    return status.ok() ? disk_.end() : status;
  }

  IoStatus rename(const std::string& from, const std::string& to) override {
    const std::lock_guard lock(disk_.mutex);
    const IoStatus status = disk_.begin(Call::kRename, from, life_);
    if (!status.ok() && (disk_.off_ || disk_.pick(2) == 0)) return status;
    const auto found = disk_.names_.find(from);
    if (found == disk_.names_.end()) return disk_.not_found(from);
    if (const auto old = disk_.names_.find(to); old != disk_.names_.end()) disk_.bury(old->second->bytes, 0);
    disk_.names_[to] = found->second;
    disk_.names_.erase(from);
    return status.ok() ? disk_.end() : status;
  }

  // After one that failed the names may or may not be there, until one succeeds: file systems log them, and
  // stop when the log fails.
  IoStatus sync() override {
    const std::lock_guard lock(disk_.mutex);
    if (auto status = disk_.begin(Call::kFolderSync, "", life_); !status.ok()) return status;
    if (auto status = disk_.end(); !status.ok()) return status;
    disk_.durable_names_ = disk_.names_;
    return {};
  }

  IoStatus lock() override { return {}; }

 private:
  MemoryDisk& disk_;
  const std::uint64_t life_;
};

IoStatus MemoryDisk::begin(Call call, const std::string& name, std::uint64_t life) {
  if (off_ || life != life_) return {IoError::kFailed, "no power on purpose"};
  ++steps;
  const IoError error = fault ? fault(call, name) : IoError::kNone;
  return error == IoError::kNone ? IoStatus{} : IoStatus{error, "failed on purpose"};
}

IoStatus MemoryDisk::end() {
  if (cut_at_step == 0 || steps < cut_at_step) return {};
  off_ = true;
  return {IoError::kFailed, "the power went on purpose"};
}

IoStatus MemoryDisk::not_found(const std::string& name) {
  const IoStatus status = end();
  return status.ok() ? IoStatus{IoError::kNotFound, name + " is not there"} : status;
}

void MemoryDisk::write(File& file, ByteView bytes) {
  file.modified_ms = now_ms;
  if (bytes.empty()) return;
  file.changes.push_back({file.bytes.size(), Bytes(bytes.begin(), bytes.end())});
  file.bytes.insert(file.bytes.end(), bytes.begin(), bytes.end());
}

void MemoryDisk::cut(File& file, std::size_t size) {
  bury(file.bytes, std::min(size, file.bytes.size()));
  file.bytes.resize(size);
  file.changes.push_back({size});
  file.modified_ms = now_ms;
}

// Whole sectors go to the platter. Those that an earlier failed sync lost stay lost.
void MemoryDisk::sync(File& file) {
  file.durable.resize(file.bytes.size());
  for (const Change& change : file.changes) {
    const std::size_t begin = change.offset / kSector * kSector;
    const std::size_t end = (change.offset + change.written.size() + kSector - 1) / kSector * kSector;
    copy_range(file.bytes, begin, end, file.durable);
  }
  file.changes.clear();
}

// Brings the platter into one of the states that it may be in while `changes` are unsynced.
void MemoryDisk::settle(File& file, Survives survives) {
  if (survives == Survives::kEverything) sync(file);
  if (survives == Survives::kNothing || file.changes.empty()) return file.changes.clear();
  const std::size_t last = pick(file.changes.size() + 1);
  std::size_t size = file.durable.size();
  std::size_t first_touched = file.bytes.size();
  for (const Change& change : file.changes) first_touched = std::min(first_touched, change.offset);
  if (last > 0) size = file.changes[last - 1].offset + file.changes[last - 1].written.size();
  Bytes settled = file.durable;
  settled.resize(size);
  for (std::size_t at = first_touched / kSector * kSector; at < size; at += kSector)
    settle_sector(file, at, std::min(size, at + kSector), settled);
  file.durable = std::move(settled);
  file.changes.clear();
}

// One sector: as it was, zeros where it grew, stale bytes there, or as it was after any of the changes.
void MemoryDisk::settle_sector(const File& file, std::size_t from, std::size_t until, Bytes& settled) {
  const std::size_t old_end = std::clamp(file.durable.size(), from, until);
  const std::size_t choice = pick(file.changes.size() + 3);
  if (choice == 0) return;
  if (choice == 1) {
    if (shows_stale_bytes) copy_range(stale_, old_end, until, settled);
    return;
  }
  // The newest two as often as all others.
  const std::size_t changes = choice == 2 ? file.changes.size() : choice - 2;
  for (std::size_t i = 0; i < changes; ++i) {
    const auto& [offset, written] = file.changes[i];
    const std::size_t begin = std::max(from, offset);
    const std::size_t end = std::min(until, offset + written.size());
    if (begin < end) std::memcpy(settled.data() + begin, written.data() + (begin - offset), end - begin);
  }
}

void MemoryDisk::bury(const Bytes& bytes, std::size_t from) {
  stale_.resize(std::max(stale_.size(), bytes.size()));
  copy_range(bytes, from, bytes.size(), stale_);
}

void MemoryDisk::cut_power() {
  const std::lock_guard lock(mutex);
  off_ = true;
}

void MemoryDisk::switch_on(Survives survives) {
  const std::lock_guard lock(mutex);
  std::set<std::string> all;
  for (const Names* names : {&names_, &durable_names_}) {
    for (const auto& [name, file] : *names) all.insert(name);
  }
  Names kept;
  std::set<FilePtr> files;
  for (const std::string& name : all) {
    const bool newer = survives == Survives::kEverything || (survives == Survives::kBySeed && pick(2) == 0);
    const Names& from = newer ? names_ : durable_names_;
    const auto found = from.find(name);
    if (found == from.end()) continue;
    kept[name] = found->second;
    if (files.insert(found->second).second) settle(*found->second, survives);
    found->second->bytes = found->second->durable;
  }
  names_ = durable_names_ = kept;
  ++life_;
  off_ = false;
  cut_at_step = 0;
}

MemoryDisk::Contents MemoryDisk::contents() const {
  Contents contents;
  for (const auto& [name, file] : names_) contents[name] = file->bytes;
  return contents;
}

MemoryDisk::Bytes& MemoryDisk::bytes(const std::string& name) { return names_.at(name)->bytes; }

void MemoryDisk::reset(const Contents& contents) {
  names_.clear();
  durable_names_.clear();
  for (const auto& [name, bytes] : contents) put(name, bytes);
}

void MemoryDisk::put(const std::string& name, Bytes bytes) {
  auto file = std::make_shared<File>();
  file->bytes = file->durable = std::move(bytes);
  names_[name] = durable_names_[name] = file;
}

std::size_t MemoryDisk::used() const {
  std::size_t total = 0;
  for (const auto& [name, file] : names_) total += file->bytes.size();
  return total;
}

std::unique_ptr<journal::Folder> open_memory_folder(MemoryDisk& disk) {
  return std::make_unique<MemoryFolder>(disk);
}

}  // namespace rastro::test
