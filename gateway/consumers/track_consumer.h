// journal → tracking: reads which devices' fixes have come, behind the consumer that makes rows of them, and
// has TrackStore bring their stops, trips, visits and days up to date. When the database is away it waits,
// and the journal grows. One thread of its own.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "gateway/config/config.h"
#include "gateway/consumers/stop_signal.h"
#include "pipeline/journal/consumer.h"
#include "pipeline/postgis/track_store.h"

namespace rastro {

struct TrackProgress {
  journal::Cursor cursor;
  bool started = false;           // the database has said where to go on
  postgis::TrackOutcome outcome;  // since the start
  std::uint64_t batches = 0;
  std::uint64_t failures = 0;
  std::string trouble;  // empty while all is well
};

class TrackConsumer {
 public:
  static constexpr const char* kName = "tracking";

  // Calendar and journal are used while the consumer lives.
  // `gateway`: the journal's name.
  TrackConsumer(journal::Journal& journal, const std::string& gateway, const Config& config, std::string url,
                const tracking::Calendar& calendar);
  ~TrackConsumer() { stop(); }

  void start();
  void stop();
  TrackProgress progress() const;

 private:
  enum class Round { kIdle, kBusy, kFailed };

  void run();
  bool find_start();
  Round round();
  // Of the records that have rows; where it ends, or nothing when there are none.
  std::optional<journal::Cursor> gather(journal::Cursor stored);
  bool update(journal::Cursor end);
  // True when something was due.
  std::optional<bool> work_off();
  void done(const postgis::TrackOutcome& outcome);
  void trouble(const postgis::Failure& failure);

  journal::Journal& journal_;
  postgis::TrackStore store_;
  std::optional<journal::Consumer> consumer_;  // empty: find_start() first
  StoredRecord record_;
  postgis::Touches touches_;

  mutable std::mutex mutex_;
  TrackProgress progress_;  // protected by mutex_

  StopSignal stop_;
  std::thread thread_;
};

}  // namespace rastro
