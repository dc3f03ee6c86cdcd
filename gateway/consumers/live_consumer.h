// journal → live state: keeps the newest fix of each device in memory, and raises an alarm when a device
// cannot have come there from its last. One thread of its own.
#pragma once

#include <thread>

#include "gateway/clock.h"
#include "gateway/consumers/stop_signal.h"
#include "gateway/devices/identity_alarms.h"
#include "gateway/devices/live_state.h"
#include "pipeline/journal/consumer.h"
#include "schema/record.h"

namespace rastro {

class LiveConsumer {
 public:
  static constexpr const char* kName = "live";

  // Reads from the oldest record that the journal keeps: what the database has not got is in there.
  // `max_speed_kmh`: between two positions, above which there is an alarm; 0: any.
  LiveConsumer(journal::Journal& journal, LiveState& live, IdentityAlarms& alarms, double max_speed_kmh)
      : consumer_(journal, kName, journal.first()),
        live_(live),
        alarms_(alarms),
        max_speed_kmh_(max_speed_kmh) {}
  ~LiveConsumer() { stop(); }

  void start() { thread_ = std::thread(&LiveConsumer::run, this); }
  void stop();

 private:
  void run();
  void take(const journal::RecordView& record);
  void take(const RecordHead& head, const Fix& fix);

  journal::Consumer consumer_;
  StoredRecord record_;
  LiveState& live_;
  IdentityAlarms& alarms_;
  const double max_speed_kmh_;
  // What came before was looked at before.
  const std::int64_t started_ms_ = now_ms();
  StopSignal stop_;
  std::thread thread_;
};

}  // namespace rastro
