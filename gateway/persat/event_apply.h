// What is done for an event that Persat has sent (persat-api.md 4.3): whom it is about is asked for again, so
// that an event that is late, or not Persat's, changes nothing. Blocking; one thread.
#pragma once

#include <optional>
#include <string>

#include "gateway/persat/catalogue_pull.h"
#include "pipeline/postgis/persat_events.h"
#include "pipeline/postgis/work_order_mirror.h"

namespace rastro {

struct EventOutcome {
  std::optional<postgis::EventEnd> end = {};  // nothing: to be tried again
  std::string reason = {};                    // of all but an applied one
};

class EventApply {
 public:
  EventApply(CataloguePull& catalogue, const std::string& database_url)
      : catalogue_(catalogue), work_orders_(database_url) {}

  EventOutcome apply(const postgis::PersatEvent& event);

 private:
  EventOutcome apply_client(const boost::json::object& payload);
  EventOutcome apply_work_order(const boost::json::object& payload);

  CataloguePull& catalogue_;
  postgis::WorkOrderMirror work_orders_;
};

}  // namespace rastro
