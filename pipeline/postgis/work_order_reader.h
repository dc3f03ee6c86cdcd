// Reads work orders beside the visits that tracking found (schema/sql/0010_tracking.sql,
// 0013_work_order.sql). A pool of connections; blocking; any thread. Nothing throws.
#pragma once

#include <cstdint>
#include <string>

#include "pipeline/postgis/connection_pool.h"
#include "pipeline/postgis/table.h"

namespace rastro::postgis {

struct WorkOrderDayQuestion {
  std::string day;   // "2026-03-04"
  std::string zone;  // of the day, an IANA name
  std::int64_t now_ms = 0;
  std::int32_t tolerance_min = 0;  // before and behind the window that are on time still
  std::int64_t offset = 0;
  int limit = 1000;
};

class WorkOrderReader {
 public:
  // `cancelled_state`: an order in it is waited for by nobody.
  WorkOrderReader(std::string url, std::string cancelled_state);

  // The orders of a day, each with the visit to its client on that day that is nearest to its window: from
  // the time that it starts for as long as the service takes.
  Result<Table> day(const WorkOrderDayQuestion& question);

 private:
  ConnectionPool pool_;
  const std::string cancelled_state_;
};

}  // namespace rastro::postgis
