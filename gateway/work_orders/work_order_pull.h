// Keeps the work orders of the days about today in step with Persat's: at start, now and then, and when it is
// told that something changed. One thread of its own; the rest from any.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <memory>
#include <string>
#include <thread>

#include "forwarder/persat/api.h"
#include "gateway/consumers/stop_signal.h"
#include "gateway/log.h"
#include "gateway/zone_calendar.h"
#include "pipeline/postgis/work_order_mirror.h"

namespace rastro {

class WorkOrderPull {
 public:
  struct Options {
    std::string database_url;
    persat::Api::Options api;
    std::chrono::minutes interval{10};
  };

  // The references outlive it. Throws std::runtime_error as persat::Connection does.
  WorkOrderPull(Options options, const ZoneCalendar& calendar, prometheus::Registry& registry);
  ~WorkOrderPull() { stop(); }

  void start() { thread_ = std::thread(&WorkOrderPull::run, this); }
  void stop();
  // One round, in the caller's thread, before start(). False when something could not be done.
  bool pull();

 private:
  void run();
  bool follow_days(const postgis::WorkOrderDays& days, std::vector<std::string>& listed);
  bool ask_for_missing(const postgis::WorkOrderDays& days, std::span<const std::string> listed);
  bool follow(const boost::json::array& orders, std::vector<std::string>& numbers);
  bool trouble(std::string_view what, const std::string& sentence);

  const Options options_;
  const ZoneCalendar& calendar_;
  persat::Api api_;
  postgis::WorkOrderMirror mirror_;
  LogLimit log_limit_{std::chrono::minutes(1)};

  prometheus::Family<prometheus::Counter>& failures_;
  prometheus::Counter& changed_;
  prometheus::Counter& unknown_state_;
  prometheus::Counter& unreadable_;
  prometheus::Gauge& last_success_;

  StopSignal stop_;
  std::thread thread_;
};

}  // namespace rastro
