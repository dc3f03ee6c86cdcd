// The work orders that Rastro keeps itself, with Persat's rules and sentences (persat-api.md 5.2 to 5.4).
// Used by one thread at a time.
#pragma once

#include "gateway/work_orders.h"
#include "pipeline/postgis/work_order_store.h"

namespace rastro {

class KeptWorkOrders : public WorkOrders {
 public:
  // `store` outlives it.
  explicit KeptWorkOrders(postgis::WorkOrderStore& store) : store_(store) {}

  HttpResponse list(const postgis::WorkOrderQuestion& question) override;
  HttpResponse find(const std::string& wo_id) override;
  HttpResponse insert(const postgis::WorkOrderEntry& entry, const std::string& actor) override;
  HttpResponse label(const std::string& wo_id, const std::string& labels_ids,
                     const std::string& actor) override;
  HttpResponse cancel(const std::string& wo_id, const postgis::Cancellation& cancellation,
                      const std::string& actor) override;

 private:
  postgis::WorkOrderStore& store_;
};

}  // namespace rastro
