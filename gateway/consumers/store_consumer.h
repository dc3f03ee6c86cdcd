// journal → PostGIS: gathers records into batches and has FixStore commit them with the cursor. When the
// database is away it waits, and the journal grows. One thread of its own.
#pragma once

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

  // REQUIRES: a journal that is not started yet, so that what waits in it can be told from what comes.
  StoreConsumer(journal::Journal& journal, const Config& config, std::string url);
  ~StoreConsumer() { stop(); }

  void start();
  // Writes what is durable by now, if the database takes it at once, and ends.
  void stop();
  StoreProgress progress() const;

 private:
  void run();
  bool find_start();
  // Gathers into records_ and ends_; false when there was nothing in time.
  bool gather();
  // Until it is written, or the gateway ends.
  bool write(std::span<const StoredRecord> records, std::span<const journal::Cursor> ends);
  bool write_once(std::span<const StoredRecord> records, std::span<const journal::Cursor> ends);
  void done(const postgis::Outcome& outcome, std::span<const StoredRecord> records, journal::Cursor end);
  void trouble(const postgis::Failure& failure);
  // False when the gateway ends.
  bool back_off();

  journal::Journal& journal_;
  const std::uint64_t units_at_start_;
  const Config& config_;
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
