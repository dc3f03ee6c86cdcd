// A journal on disk, in a folder that goes with the test, and what arrives at it. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "pipeline/journal/journal.h"
#include "tests/support/stored_records.h"
#include "tests/support/temporary_folder.h"

namespace rastro::test {

class JournalTest : public testing::Test {
 protected:
  explicit JournalTest(std::string consumer) : consumer_(std::move(consumer)) { open_journal(); }

  // Also anew, as after a restart: nothing uses the one before any more.
  void open_journal() {
    journal_.reset();
    journal::Options options;
    options.consumers = {consumer_};
    std::unique_ptr<journal::Folder> folder;
    ASSERT_TRUE(journal::open_posix_folder(folder_ + "/journal", true, folder).ok());
    const auto status = journal::Journal::open(std::move(folder), options, journal_);
    ASSERT_TRUE(status.ok()) << status.detail;
    journal_->start();
  }

  // Comes back when it is durable.
  void append(const StoredRecord& record) {
    std::string stored;
    RecordEncoder().encode(record.head, record.messages, record.dead_letters, stored);
    std::uint64_t end = 0;
    ASSERT_EQ(journal_->append(bytes_of(stored), count_units(record.messages, 0), end),
              journal::Append::kAccepted);
    while (journal_->durable_position() < end) journal_->wait_durable(end - 1, std::chrono::seconds(1));
  }
  // `count` fixes of one device, a second apart.
  void append_drive(const std::string& imei, int count, int from = 0) {
    for (int i = from; i < from + count; ++i) append(fix_record(imei, fix_at(kNoon + i * 1000)));
  }

  const TemporaryFolder temporary_;  // goes last
  const std::string& folder_ = temporary_.path();
  std::unique_ptr<journal::Journal> journal_;

 private:
  const std::string consumer_;
};

}  // namespace rastro::test
