// Work orders as Persat's JSON (persat-api.md 5.2, 5.3): the bodies of requests, and the object that is
// shown. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pipeline/postgis/work_order.h"

namespace rastro {

// What is wrong with a body; nothing (false) when it is good.
struct WorkOrderMistake {
  std::string spanish = {};
  std::string code =
      {};  // the member that it is about, or not_json; empty where Persat's own answer has none

  explicit operator bool() const { return !spanish.empty(); }
};

// Persat's page "Cancelar OT".
inline constexpr std::size_t kMaxCauseCharacters = 500;

// POST …/cancel. Members beside `cause` and `labels_ids` are passed over.
WorkOrderMistake parse_cancellation(std::string_view body, postgis::Cancellation& out);
// PUT: the JSON list of `labels_ids`. Nothing else can be changed, and is refused.
WorkOrderMistake parse_labels(std::string_view body, std::string& labels_ids);
// POST. The state follows from what is given: a date makes it PROYECTADA, people who go ASIGNADA.
WorkOrderMistake parse_work_order(std::string_view body, postgis::WorkOrderEntry& out);

// The day of an ISO 8601 date, whose time and zone are passed over; nothing when there is no such day.
std::optional<std::string> find_day(std::string_view iso_text);

std::string work_order_json(const postgis::StoredWorkOrder& order);

}  // namespace rastro
