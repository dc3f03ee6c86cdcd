// journal → live state: keeps the newest fix of each device in memory. One thread of its own.
#pragma once

#include <thread>

#include "gateway/consumers/stop_signal.h"
#include "gateway/devices/live_state.h"
#include "pipeline/journal/consumer.h"

namespace rastro {

class LiveConsumer {
 public:
  static constexpr const char* kName = "live";

  // Reads from the oldest record that the journal keeps: what the database has not got is in there.
  LiveConsumer(journal::Journal& journal, LiveState& live)
      : consumer_(journal, kName, journal.first()), live_(live) {}
  ~LiveConsumer() { stop(); }

  void start() { thread_ = std::thread(&LiveConsumer::run, this); }
  void stop();

 private:
  void run();

  journal::Consumer consumer_;
  LiveState& live_;
  StopSignal stop_;
  std::thread thread_;
};

}  // namespace rastro
