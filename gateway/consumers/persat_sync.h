// Keeps devices and clients in step with Persat's: at start, now and then, when somebody asks, and when an
// event of Persat's has come. One thread of its own; the rest from any.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "gateway/persat/catalogue_pull.h"
#include "gateway/persat/event_apply.h"
#include "pipeline/postgis/persat_events.h"

namespace rastro {

class PersatSync {
 public:
  // Throws std::runtime_error as persat::Connection does.
  PersatSync(const CatalogueOptions& options, std::chrono::minutes interval, prometheus::Registry& registry);
  ~PersatSync() { stop(); }

  void start() { thread_ = std::thread(&PersatSync::run, this); }
  void stop();

  // A whole round soon, instead of at its time.
  void ask_for_pull();
  // An event is in the database.
  void event_came();
  bool pulling() const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  void run();
  bool pull();
  bool apply_events();
  bool between_pages();
  // Sleeps until something is to be done; true: a round of pulling.
  bool wait_for_work(Time next_pull);

  const std::chrono::minutes interval_;
  CatalogueMetrics metrics_;
  CataloguePull catalogue_;
  EventApply apply_;
  postgis::PersatEvents events_;
  LogLimit log_limit_{std::chrono::minutes(1)};

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;       // these four protected by mutex_
  bool pull_asked_ = true;     // at start
  bool event_waiting_ = true;  // there may be some from before
  bool pulling_ = false;
  std::thread thread_;
};

}  // namespace rastro
