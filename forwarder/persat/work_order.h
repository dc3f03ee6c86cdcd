// A work order ("OT") as Persat tells it (persat-api.md 5.3). It has no coordinates and no device: those come
// through its client and its technicians. Values; pure. What can be asked is in work_order_calls.h.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "forwarder/persat/error.h"
#include "forwarder/persat/instant.h"
#include "forwarder/persat/work_order_state.h"

namespace rastro::persat {

struct WorkOrderClient {
  std::string uid_client;
  std::string name;
  boost::json::object other{};  // its internal `id` too
};

struct Responsible {
  std::int64_t user_id = 0;
  std::string user_name;
};

// `wo_data`
struct WorkOrderData {
  std::optional<std::int64_t> schema_id{};
  std::optional<std::int64_t> wo_instance{};  // with wo_rule_id: which repetition it is
  std::optional<std::int64_t> wo_rule_id{};
  std::optional<double> service_time{};  // minutes
  boost::json::object instructions{};    // formvalues by the template's widgets
  boost::json::object results{};         // what the technician reported
  boost::json::object other{};

  // results.closing_info.cause; empty when it was not closed or nobody said why.
  std::string closing_cause() const;
};

// `assignation_info`
struct Assignation {
  std::optional<Instant> date{};
  std::optional<std::int64_t> starts_min{};  // minutes since local midnight
  std::optional<std::int64_t> responsibles_required{};
  std::vector<Responsible> responsibles{};
  boost::json::object other{};
};

struct WorkOrder {
  // `_id`: "-1" for a repetition that has not happened yet; several have it.
  std::string id;
  WorkOrderState state;
  std::string created_local;           // local time, though it ends in Z: not to be compared with UTC times
  std::string created_by_user_name{};  // an e-mail address, or "Creado por Api"
  std::optional<std::int64_t> created_by_user_id{};  // -1: by API
  std::vector<std::int64_t> labels_ids{};
  WorkOrderClient client;
  WorkOrderData data;
  Assignation assignation;
  boost::json::object other{};  // what is not documented, and note_id, which is Persat's own

  bool is_future_instance() const { return id == "-1"; }
};
Result<WorkOrder> decode_work_order(boost::json::value value);

}  // namespace rastro::persat
