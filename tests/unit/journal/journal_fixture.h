// A journal on a disk in memory, and what is read from it. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/journal/journal.h"
#include "pipeline/journal/log_format.h"
#include "pipeline/journal/reader.h"
#include "tests/support/memory_folder.h"

namespace rastro::journal {

inline ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string text_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

struct Read {
  std::vector<std::string> payloads;
  std::uint64_t damaged = 0;
  std::size_t damages = 0;
  Cursor end;
};

inline Read read_all(test::MemoryDisk& disk) {
  auto folder = test::open_memory_folder(disk);
  Reader reader(*folder, 0);
  Read read;
  for (;;) {
    switch (reader.next(Reader::kNoLimit)) {
      case ReadOutcome::kRecord:
        read.payloads.push_back(text_of(reader.record().payload));
        read.end = reader.record().end;
        break;
      case ReadOutcome::kDamage:
        ++read.damages;
        read.damaged += reader.damage().to - reader.damage().from;
        break;
      default:
        return read;
    }
  }
}

class JournalTest : public ::testing::Test {
 protected:
  JournalTest() { options_.consumers = {"slow"}; }  // one that never reports: nothing is removed

  void open() {
    open_threadless();
    if (journal_) journal_->start();
  }

  // A journal without a thread, for tests that count its calls: turn() stands in for it.
  void open_threadless() {
    journal_.reset();
    const IoStatus status = Journal::open(test::open_memory_folder(disk_), options_, journal_);
    ASSERT_TRUE(status.ok()) << status.detail;
  }
  void write_threadless(const std::string& payload) {
    std::uint64_t end = 0;
    ASSERT_EQ(journal_->append(bytes_of(payload), 1, end), Append::kAccepted);
    ASSERT_TRUE(journal_->turn());
    ASSERT_EQ(journal_->durable_position(), end);
  }

  // Appends and waits until it is durable.
  void write(const std::string& payload, std::uint32_t units = 1) {
    std::uint64_t end = 0;
    ASSERT_EQ(journal_->append(bytes_of(payload), units, end), Append::kAccepted);
    for (int i = 0; i < 500 && journal_->durable_position() < end; ++i)
      journal_->wait_durable(end - 1, std::chrono::milliseconds(100));
    ASSERT_GE(journal_->durable_position(), end);
  }

  void wait_for(State state) {
    for (int i = 0; i < 500 && journal_->state() != state; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_EQ(journal_->state(), state);
  }

  // The n-th call of this kind from now on fails, once.
  void fail(test::Call call, int in = 1) {
    const std::lock_guard lock(disk_.mutex);
    disk_.fault = [call, in](test::Call now, const std::string&) mutable {
      return now == call && --in == 0 ? IoError::kFailed : IoError::kNone;
    };
  }

  test::MemoryDisk::Bytes& segment(std::uint64_t position) { return disk_.bytes(segment_name(position)); }

  test::MemoryDisk disk_;
  Options options_;
  std::unique_ptr<Journal> journal_;
};

}  // namespace rastro::journal
