// Persat's work order (persat-api.md 5.3) as it is kept here. Pure; any thread.
#pragma once

#include <boost/json.hpp>
#include <optional>

#include "forwarder/persat/work_order.h"
#include "pipeline/postgis/work_order.h"

namespace rastro {

struct Followed {
  postgis::FollowedWorkOrder order;
  bool known_state = true;  // one that Persat documents
};

// Of a repetition that has not happened yet and has no rule to tell it by nothing.
std::optional<Followed> follow_work_order(const persat::WorkOrder& order, const boost::json::value& whole);
// The error says what it has not.
persat::Result<std::optional<Followed>> follow_work_order(const boost::json::value& whole);

}  // namespace rastro
