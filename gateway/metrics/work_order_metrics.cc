#include "gateway/metrics/work_order_metrics.h"

#include <prometheus/counter.h>

#include <array>
#include <string>

namespace rastro {
namespace {

struct Result {
  int status;
  const char* name;
};

constexpr std::array<Result, 5> kResults = {{
    {200, "done"},
    {400, "bad_request"},
    {404, "not_found"},
    {409, "conflict"},
    {415, "unsupported_media_type"},
}};

// What is none of the above is the database's fault, or this program's.
const char* result_name(int status) {
  for (const Result& result : kResults) {
    if (result.status == status) return result.name;
  }
  return "failed";
}

}  // namespace

std::function<void(std::string_view act, int status)> count_work_order_acts(prometheus::Registry& registry) {
  auto& acts =
      prometheus::BuildCounter()
          .Name("rastro_work_order_acts_total")
          .Help("What was asked to be done with work orders (insert, label, cancel), by how it ended.")
          .Register(registry);
  return [&acts](std::string_view act, int status) {
    acts.Add({{"act", std::string(act)}, {"result", result_name(status)}}).Increment();
  };
}

}  // namespace rastro
