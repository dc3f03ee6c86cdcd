// How many records a second become durable when each of many devices has one under way, as stop-and-wait
// protocols have: with a sync for each group, and the same without any sync, which shows what the disk costs.
// The two take turns, so that what else the machine does meets both.
//
// usage: journal_bench --folder FOLDER [--devices 5000] [--bytes 300] [--seconds 5] [--rounds 3]
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "pipeline/journal/journal.h"
#include "tests/bench/ceilings/arguments.h"

namespace {

using namespace rastro;
using namespace rastro::journal;
using Clock = std::chrono::steady_clock;

IoStatus require(IoStatus status) {
  if (!status.ok()) throw std::runtime_error(status.detail);
  return status;
}

// A file, and a folder, that say that they are on stable storage and leave it to the system.
class UnsyncedFile final : public WritableFile {
 public:
  explicit UnsyncedFile(std::unique_ptr<WritableFile> file) : file_(std::move(file)) {}
  IoStatus append(ByteView bytes) override { return file_->append(bytes); }
  IoStatus truncate(std::uint64_t size) override { return file_->truncate(size); }
  IoStatus sync() override { return {}; }

 private:
  std::unique_ptr<WritableFile> file_;
};

class UnsyncedFolder final : public Folder {
 public:
  explicit UnsyncedFolder(std::unique_ptr<Folder> folder) : folder_(std::move(folder)) {}
  IoStatus list(std::vector<FileInfo>& files) override { return folder_->list(files); }
  IoStatus open_for_append(const std::string& name, std::unique_ptr<WritableFile>& file) override {
    std::unique_ptr<WritableFile> real;
    IoStatus status = folder_->open_for_append(name, real);
    if (status.ok()) file = std::make_unique<UnsyncedFile>(std::move(real));
    return status;
  }
  IoStatus open_for_reading(const std::string& name, std::unique_ptr<ReadableFile>& file) override {
    return folder_->open_for_reading(name, file);
  }
  IoStatus remove(const std::string& name) override { return folder_->remove(name); }
  IoStatus rename(const std::string& from, const std::string& to) override {
    return folder_->rename(from, to);
  }
  IoStatus sync() override { return {}; }
  IoStatus lock() override { return folder_->lock(); }

 private:
  std::unique_ptr<Folder> folder_;
};

struct Load {
  std::string folder;
  std::size_t devices;
  std::vector<std::uint8_t> payload;
  std::chrono::duration<double> time;
};

struct Rate {
  double records_a_second = 0;
  double bytes_a_sync = 0;
};

Rate run_once(const Load& load, bool synced) {
  std::filesystem::remove_all(load.folder);
  std::unique_ptr<Folder> folder;
  require(open_posix_folder(load.folder, true, folder));
  if (!synced) folder = std::make_unique<UnsyncedFolder>(std::move(folder));
  std::unique_ptr<Journal> journal;
  require(Journal::open(std::move(folder), {}, journal));
  journal->start();
  const std::uint64_t first = journal->durable().units;
  const auto began = Clock::now();
  std::uint64_t appended = 0;
  while (Clock::now() - began < load.time) {
    const Cursor durable = journal->durable();
    std::uint64_t end = 0;
    while (appended - (durable.units - first) < load.devices) {
      if (journal->append(load.payload, 1, end) != Append::kAccepted)
        throw std::runtime_error("the journal does not take it: " + journal->health().reason);
      ++appended;
    }
    journal->wait_durable(durable.position, std::chrono::milliseconds(1000));
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  const Health health = journal->health();
  const auto records = static_cast<double>(health.durable.units - first);
  return {records / seconds, records * static_cast<double>(load.payload.size()) /
                                 static_cast<double>(std::max<std::uint64_t>(1, health.syncs))};
}

int run(const bench::Arguments& arguments) {
  const Load load{arguments.text("folder", ".") + "/journal_bench", arguments.count("devices", 5000),
                  std::vector<std::uint8_t>(arguments.count("bytes", 300), 'x'),
                  std::chrono::duration<double>(arguments.number("seconds", 5))};
  Rate synced;
  Rate unsynced;
  const std::size_t rounds = arguments.count("rounds", 3);
  for (std::size_t round = 0; round < rounds; ++round) {
    const Rate with = run_once(load, true);
    const Rate without = run_once(load, false);
    if (with.records_a_second > synced.records_a_second) synced = with;
    if (without.records_a_second > unsynced.records_a_second) unsynced = without;
  }
  std::filesystem::remove_all(load.folder);
  std::cout << "{\"synced\":" << synced.records_a_second << ",\"unsynced\":" << unsynced.records_a_second
            << ",\"bytes_a_sync\":" << synced.bytes_a_sync << "}\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return rastro::bench::run_with_arguments(argc, argv, run); }
