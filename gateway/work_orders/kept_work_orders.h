// The work orders that Rastro keeps itself, with Persat's rules and sentences (persat-api.md 5.2 to 5.4).
// Any thread, one at a time.
#pragma once

#include <mutex>

#include "gateway/work_orders/work_orders.h"
#include "pipeline/postgis/work_order_store.h"

namespace rastro {

class KeptWorkOrders : public WorkOrders {
 public:
  explicit KeptWorkOrders(postgis::WorkOrderOptions options) : store_(std::move(options)) {}

  HttpResponse list(const postgis::WorkOrderQuestion& question) override;
  HttpResponse find(const std::string& wo_id) override;
  HttpResponse insert(const postgis::WorkOrderEntry& entry, const std::string& actor) override;
  HttpResponse label(const std::string& wo_id, const std::string& labels_ids,
                     const std::string& actor) override;
  HttpResponse cancel(const std::string& wo_id, const postgis::Cancellation& cancellation,
                      const std::string& actor) override;

 private:
  std::mutex mutex_;
  postgis::WorkOrderStore store_;  // protected by mutex_
};

}  // namespace rastro
