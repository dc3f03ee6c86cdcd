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
  // Tracks what has rows by now, as long as all goes well and the time is not over, and ends.
  void stop(StopSignal::Time until = StopSignal::Time::min());
  TrackProgress progress() const;
  // The fleet's parameters: days and trips are made anew with them. Any thread.
  void set_parameters(const tracking::Parameters& parameters);

 private:
  enum class Round { kRest, kBusy, kFailed };

  void run();
  bool follow();
  bool find_start();
  Round round();
  // Whether the store is to have the machine for itself for a while.
  bool steps_aside(journal::Cursor stored) const;
  // Of the records that have rows; where it ends, or nothing when there are none.
  std::optional<journal::Cursor> gather(journal::Cursor stored);
  bool update(journal::Cursor end);
  // True when something was due.
  std::optional<bool> work_off();
  void done(const postgis::TrackOutcome& outcome);
  void trouble(const postgis::Failure& failure);

  void take_parameters();

  journal::Journal& journal_;
  const tracking::Calendar& calendar_;
  const std::uint64_t roomy_bytes_;  // a journal that is smaller has room for what waits for tracking
  postgis::TrackStore::Options options_;
  std::optional<postgis::TrackStore> store_;
  std::optional<journal::Consumer> consumer_;  // empty: find_start() first
  StoredRecord record_;
  postgis::Touches touches_;

  mutable std::mutex mutex_;
  TrackProgress progress_;                          // protected by mutex_
  std::optional<tracking::Parameters> parameters_;  // protected by mutex_: set, and not taken yet

  StopSignal stop_;
  std::thread thread_;
};

}  // namespace rastro
