#include "tests/support/memory_folder.h"

#include <algorithm>
#include <cstring>

namespace rastro::test {
namespace {

using journal::IoError;
using journal::IoStatus;

bool due(int& countdown) { return countdown > 0 && --countdown == 0; }

class MemoryWritable : public journal::WritableFile {
 public:
  MemoryWritable(MemoryDisk& disk, std::string name) : disk_(disk), name_(std::move(name)) {}

  IoStatus append(ByteView bytes) override {
    const std::lock_guard lock(disk_.mutex);
    auto& to = disk_.files[name_].bytes;
    if (due(disk_.fail_append_in)) {
      to.insert(to.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2));
      return {IoError::kFailed, "write failed on purpose"};
    }
    const std::size_t room = disk_.capacity - std::min(disk_.capacity, disk_.used());
    const std::size_t fits = std::min(room, bytes.size());
    to.insert(to.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(fits));
    return fits == bytes.size() ? IoStatus{} : IoStatus{IoError::kNoSpace, "no space on purpose"};
  }

  IoStatus truncate(std::uint64_t size) override {
    const std::lock_guard lock(disk_.mutex);
    MemoryFile& file = disk_.files[name_];
    file.bytes.resize(size);
    file.synced = std::min(file.synced, file.bytes.size());
    return {};
  }

  IoStatus sync() override {
    const std::lock_guard lock(disk_.mutex);
    if (due(disk_.fail_sync_in)) return {IoError::kFailed, "sync failed on purpose"};
    MemoryFile& file = disk_.files[name_];
    file.synced = file.bytes.size();
    return {};
  }

 private:
  MemoryDisk& disk_;
  std::string name_;
};

class MemoryReadable : public journal::ReadableFile {
 public:
  MemoryReadable(MemoryDisk& disk, std::string name) : disk_(disk), name_(std::move(name)) {}

  IoStatus read(std::uint64_t offset, std::span<std::uint8_t> to, std::size_t& got) override {
    const std::lock_guard lock(disk_.mutex);
    const auto& bytes = disk_.files[name_].bytes;
    got = offset >= bytes.size() ? 0 : std::min(to.size(), bytes.size() - offset);
    if (got > 0) std::memcpy(to.data(), bytes.data() + offset, got);
    return {};
  }

 private:
  MemoryDisk& disk_;
  std::string name_;
};

class MemoryFolder : public journal::Folder {
 public:
  explicit MemoryFolder(MemoryDisk& disk) : disk_(disk) {}

  IoStatus list(std::vector<journal::FileInfo>& files) override {
    const std::lock_guard lock(disk_.mutex);
    files.clear();
    for (const auto& [name, file] : disk_.files) files.push_back({name, file.bytes.size(), 0});
    return {};
  }

  IoStatus open_for_append(const std::string& name, std::unique_ptr<journal::WritableFile>& file) override {
    const std::lock_guard lock(disk_.mutex);
    disk_.files.try_emplace(name);
    file = std::make_unique<MemoryWritable>(disk_, name);
    return {};
  }

  IoStatus open_for_reading(const std::string& name, std::unique_ptr<journal::ReadableFile>& file) override {
    const std::lock_guard lock(disk_.mutex);
    if (!disk_.files.contains(name)) return {IoError::kNotFound, name + " is not there"};
    file = std::make_unique<MemoryReadable>(disk_, name);
    return {};
  }

  IoStatus remove(const std::string& name) override {
    const std::lock_guard lock(disk_.mutex);
    disk_.files.erase(name);
    return {};
  }

  IoStatus rename(const std::string& from, const std::string& to) override {
    const std::lock_guard lock(disk_.mutex);
    disk_.files[to] = std::move(disk_.files[from]);
    disk_.files.erase(from);
    return {};
  }

  IoStatus sync() override {
    const std::lock_guard lock(disk_.mutex);
    for (auto& [name, file] : disk_.files) file.name_synced = true;
    return {};
  }

  IoStatus lock() override { return {}; }

 private:
  MemoryDisk& disk_;
};

}  // namespace

void MemoryDisk::cut_power(std::size_t torn) {
  std::erase_if(files, [](const auto& entry) { return !entry.second.name_synced; });
  for (auto& [name, file] : files) {
    file.bytes.resize(std::min(file.bytes.size(), file.synced + torn));
    file.synced = file.bytes.size();
  }
}

std::size_t MemoryDisk::used() const {
  std::size_t total = 0;
  for (const auto& [name, file] : files) total += file.bytes.size();
  return total;
}

std::unique_ptr<journal::Folder> open_memory_folder(MemoryDisk& disk) {
  return std::make_unique<MemoryFolder>(disk);
}

}  // namespace rastro::test
