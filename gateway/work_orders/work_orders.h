// Who answers for work orders: Rastro itself (kept_work_orders.h), or another that knows them. The answers
// are Persat's, as persat-api.md 5.2 has them. Any thread.
#pragma once

#include <string>

#include "gateway/api/http_types.h"
#include "pipeline/postgis/work_order.h"

namespace rastro {

// What is asked was checked for its form before. `actor`: who asks, for the books.
class WorkOrders {
 public:
  virtual ~WorkOrders() = default;

  virtual HttpResponse list(const postgis::WorkOrderQuestion& question) = 0;
  virtual HttpResponse find(const std::string& wo_id) = 0;
  virtual HttpResponse insert(const postgis::WorkOrderEntry& entry, const std::string& actor) = 0;
  // `labels_ids`: a JSON list of numbers, in place of all that the order has.
  virtual HttpResponse label(const std::string& wo_id, const std::string& labels_ids,
                             const std::string& actor) = 0;
  virtual HttpResponse cancel(const std::string& wo_id, const postgis::Cancellation& cancellation,
                              const std::string& actor) = 0;
};

}  // namespace rastro
