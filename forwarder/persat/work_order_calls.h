// What can be asked and done about work orders (persat-api.md 5.2). "Mover a PENDIENTE" and "Cerrar OT" are
// in Persat's menu but their pages could not be read: they are not here.
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "forwarder/persat/api.h"
#include "forwarder/persat/work_order.h"

namespace rastro::persat {

Result<WorkOrder> fetch_work_order(Api& api, const std::string& wo_id);
// As Persat tells it, whatever it has in it.
Result<boost::json::value> fetch_work_order_json(Api& api, const std::string& wo_id);

struct DayRange {
  Day from;
  Day to;  // the last day, in the range
  bool operator==(const DayRange&) const = default;
};
// "range ≤ 15 days", `to` inclusive: read as fifteen days counted, the narrower of the two readings.
inline constexpr std::chrono::days kMaxListedDays{15};
// Pieces of at most fifteen days that follow each other and make up the range. None when `from` is after
// `to`.
std::vector<DayRange> cut_range(const DayRange& range);

struct WorkOrderQuery {
  DayRange range;
  // Empty: all. Not PENDIENTE, which has no date and is answered with an error.
  std::vector<WorkOrderState> states{};
  std::string uid_client{};  // empty: of all clients
};
// As many requests as cut_range() makes pieces, all or none. There is no paging.
Result<std::vector<WorkOrder>> fetch_work_orders(Api& api, const WorkOrderQuery& query);
Result<boost::json::array> fetch_work_orders_json(Api& api, const WorkOrderQuery& query);

// One in state PENDIENTE: no date, no start, nobody responsible.
struct NewWorkOrder {
  std::string uid_client;
  std::int64_t schema_id = 0;
  double service_time = 0;  // minutes
  std::optional<std::int64_t> responsibles_required{};
  boost::json::object instructions{};  // of wo_data; empty: left out
  boost::json::object other{};         // beside them, as it stands
};
// What is answered is not documented and comes back as it is.
Result<boost::json::value> insert_pending_work_order(Api& api, const NewWorkOrder& order);
// One of any form, for who has the body already. How one with a date is inserted is not documented.
Result<boost::json::value> insert_work_order_json(Api& api, const boost::json::object& body);

// Replaces all; labels that do not exist are taken by Persat. That it replaces is said of cancelling only.
Result<void> set_work_order_labels(Api& api, const std::string& wo_id,
                                   const std::vector<std::int64_t>& labels_ids);

struct Cancellation {
  std::string cause;  // needed, at most 500 characters; Persat's to judge
  std::optional<std::vector<std::int64_t>>
      labels_ids{};  // nothing: kept; empty: cleared; else in their place
};
// From PENDIENTE, PROYECTADA and ASIGNADA; else kConflict. The order's id.
Result<std::string> cancel_work_order(Api& api, const std::string& wo_id, const Cancellation& cancellation);

// The URL of a public page that shows the technician on the way.
Result<std::string> fetch_work_order_track_link(Api& api, const std::string& wo_id);

}  // namespace rastro::persat
