// All that runs beside the gateway because there is an account at Persat: its catalogue and its work orders
// are followed. Nothing runs without one.
#pragma once

#include <prometheus/registry.h>

#include <memory>
#include <string>

#include "gateway/config/config.h"
#include "gateway/consumers/persat_sync.h"
#include "gateway/work_orders/work_order_pull.h"
#include "gateway/zone_calendar.h"

namespace rastro {

class PersatAccount {
 public:
  // The references outlive it. Throws std::runtime_error with a sentence when Persat's URL is none.
  PersatAccount(const Config& config, const std::string& database_url, const ZoneCalendar& calendar,
                prometheus::Registry& registry);

  void start();
  void stop();
  // Null without an account.
  PersatSync* sync() const { return sync_.get(); }

 private:
  std::unique_ptr<PersatSync> sync_;
  std::unique_ptr<WorkOrderPull> work_orders_;  // null where Rastro keeps them itself
};

}  // namespace rastro
