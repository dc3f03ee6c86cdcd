// A work order as somebody enters it, as it is stored, and what is done with it. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rastro::postgis {

// Days of the local calendar, "2026-03-04", both included.
struct WorkOrderDays {
  std::string first;
  std::string last;
};

struct WorkOrderQuestion {
  std::optional<WorkOrderDays> days = {};  // without: those that have no date
  std::vector<std::string> states = {};    // empty: all
  std::string uid_client = {};             // empty: all
};

// Where and when somebody is to go. JSON texts are what rastro.work_order has in its columns.
struct WorkOrderEntry {
  std::string uid_client;
  std::int64_t schema_id = 0;
  std::int32_t service_time_min = 0;
  std::optional<std::string> date = {};         // a local day
  std::optional<std::int32_t> starts_min = {};  // with the date or not at all
  std::string responsibles = "[]";
  std::string labels_ids = "[]";
  std::string rest = "{}";
  std::string state = "PENDIENTE";  // PENDIENTE, PROYECTADA or ASIGNADA of a new one
};

struct StoredWorkOrder : WorkOrderEntry {
  std::string wo_id;
  std::int64_t client_id = 0;
  std::string client_name;
  std::optional<std::string> cause;
  std::int64_t created_local_ms = 0;  // local time as if it were UTC
  std::int64_t updated_ms = 0;
  std::string created_by;
};

// One that is kept elsewhere (Persat), as it was told last.
struct FollowedWorkOrder {
  std::string wo_id;  // of a repetition that has none yet: its rule and instance
  std::string state;
  std::string uid_client;  // who may not be known here
  std::string client_name;
  std::int64_t schema_id = 0;
  std::int32_t service_time_min = 0;
  std::optional<std::string> date = {};  // a local day
  std::optional<std::int32_t> starts_min = {};
  std::string responsibles = "[]";
  std::string labels_ids = "[]";
  std::string cause = {};  // empty: none was said
  std::string created_by = {};
  std::string whole = "{}";  // the JSON object as it came
};

struct Cancellation {
  std::string cause;                           // 1 to 500 characters
  std::optional<std::string> labels_ids = {};  // JSON; without: they stay
};

enum class CancelOutcome : std::uint8_t { kCancelled, kNoSuchOrder, kWrongState };

struct CancelResult {
  CancelOutcome outcome = CancelOutcome::kCancelled;
  std::string state = {};  // that forbids it
};

}  // namespace rastro::postgis
