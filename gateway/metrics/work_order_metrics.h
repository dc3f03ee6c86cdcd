// Counts what is done with work orders, and how that ended: rastro_work_order_acts_total{act,result}.
#pragma once

#include <prometheus/registry.h>

#include <functional>
#include <string_view>

namespace rastro {

// A counter for each act, by its name and the HTTP status of its answer. The registry outlives it; any
// thread.
std::function<void(std::string_view act, int status)> count_work_order_acts(prometheus::Registry& registry);

}  // namespace rastro
