// `rastro workorder …`: the work orders that Rastro keeps, from the shell, with the rules and sentences of
// the API. They work beside a running gateway.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/commands/admin.h"

namespace rastro {

struct WorkOrderListOptions {
  std::string from;  // days, ISO 8601; none: the orders without a date
  std::string to;    // none: the same as `from`
  std::vector<std::string> states;
  std::string uid_client;
};

// Exit codes as in admin.h.
int run_work_order_list(const Config& config, const WorkOrderListOptions& options, const AdminOutput& to);
int run_work_order_show(const Config& config, const std::string& wo_id, const AdminOutput& to);
// Without labels those of the order stay.
int run_work_order_cancel(const Config& config, const std::string& wo_id, const std::string& cause,
                          const std::optional<std::vector<std::int64_t>>& labels_ids, const AdminOutput& to);

}  // namespace rastro
