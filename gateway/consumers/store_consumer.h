// journal → PostGIS: gathers records into batches and has FixStore commit them with the cursor. When the
// database is away it waits, and the journal grows. One thread of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gateway/config/config.h"
#include "gateway/consumers/row_latency.h"
#include "gateway/consumers/stop_signal.h"
#include "pipeline/journal/consumer.h"
#include "pipeline/postgis/fix_store.h"

namespace rastro {

struct StoreProgress {
  journal::Cursor cursor;
  bool started = false;          // the database has said where to go on
  std::uint64_t recovered = 0;   // units that waited in the journal when the process started
  postgis::Outcome outcome;      // since the start
  std::uint64_t unreadable = 0;  // units whose journal record is damaged or not ours
  std::uint64_t batches = 0;
  std::uint64_t failures = 0;
  RowLatency latency;
  std::string trouble;  // empty while all is well
};

class StoreConsumer {
 public:
  static constexpr const char* kName = "postgis";
  static constexpr std::chrono::seconds kFlushTime{5};

  // REQUIRES: a journal that is not started yet, so that what waits in it can be told from what comes.
  // `gateway`: the journal's name.
  StoreConsumer(journal::Journal& journal, const std::string& gateway, const Config& config, std::string url);
  ~StoreConsumer() { stop(); }

  void start();
  // Writes what is durable by now, as long as the database takes it and the time is not over, and ends.
  void stop(StopSignal::Time until = std::chrono::steady_clock::now() + kFlushTime);
  StoreProgress progress() const;
  // Size and pace of batches, and what becomes of new devices. Any thread.
  void reconfigure(const Config& config);

 private:
  void run();
  bool find_start();
  // Gathers into records_ and ends_; false when there was nothing in time.
  bool gather();
  std::chrono::milliseconds rest_of_wait(const StoredRecord& first) const;
  // Until it is written, or the gateway ends.
  bool write(std::span<const StoredRecord> records, std::span<const journal::Cursor> ends);
  bool write_once(std::span<const StoredRecord> records, std::span<const journal::Cursor> ends);
  void done(const postgis::Outcome& outcome, std::span<const StoredRecord> records, journal::Cursor end);
  void trouble(const postgis::Failure& failure);
  // False when the gateway ends.
  bool back_off();

  journal::Journal& journal_;
  const std::uint64_t units_at_start_;
  std::atomic<std::int64_t> batch_rows_;
  std::atomic<std::int64_t> batch_ms_;
  std::atomic<postgis::NewDevices> new_devices_;
  postgis::FixStore store_;
  std::optional<journal::Consumer> consumer_;
  std::vector<StoredRecord> records_;
  std::vector<journal::Cursor> ends_;
  std::size_t gathered_ = 0;
  std::uint64_t unreadable_ = 0;
  unsigned failures_in_a_row_ = 0;

  mutable std::mutex mutex_;
  StoreProgress progress_;  // protected by mutex_

  StopSignal stop_;
  std::thread thread_;
};

}  // namespace rastro
