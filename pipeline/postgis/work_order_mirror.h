// The work orders that Persat keeps, as it told them last, and the book of what was asked of it. One
// connection; blocking; one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "pipeline/postgis/kept_connection.h"
#include "pipeline/postgis/work_order.h"

namespace rastro::postgis {

// An act as the books have it before it is done (rastro.audit).
struct RelayedAct {
  std::string action;       // "work-order-cancel"
  std::string wo_id;        // empty: a new one
  std::string detail = {};  // what was asked, a JSON object
};

class WorkOrderMirror {
 public:
  explicit WorkOrderMirror(std::string url) : connection_(std::move(url)) {}

  // Enters and changes what differs. How many rows did.
  Result<std::uint64_t> follow(std::span<const FollowedWorkOrder> orders);
  // `listed`: the numbers of all that those days have by Persat's list. Repetitions that are not among them
  // are taken out; the numbers of the others, and of those without a date, which no list has: to be asked for
  // one by one, those first that were heard of longest ago.
  Result<std::vector<std::string>> missing(const WorkOrderDays& days, std::span<const std::string> listed,
                                           int most);
  // The JSON list of those without a date; of `question` its states and client count.
  Result<std::string> undated(const WorkOrderQuestion& question);
  Result<void> forget(const std::string& wo_id);
  // Joins orders to clients that have become known since.
  Result<void> link_clients();

  // Before an act is relayed: the number to end it by. Nothing goes to Persat that is not in the books.
  Result<std::int64_t> begin_act(const RelayedAct& act, const std::string& actor);
  // `result`: a JSON object, beside what was asked.
  Result<void> end_act(std::int64_t id, const std::string& result);

 private:
  KeptConnection connection_;
};

}  // namespace rastro::postgis
