#include "gateway/persat/account.h"

#include "gateway/persat/api_options.h"
#include "gateway/work_orders/make_work_orders.h"

namespace rastro {

PersatAccount::PersatAccount(const Config& config, const std::string& database_url,
                             const ZoneCalendar& calendar, prometheus::Registry& registry) {
  const std::chrono::minutes interval(config.persat.sync_minutes);
  if (config.persat.configured())
    sync_ = std::make_unique<PersatSync>(catalogue_options(config, database_url), interval, registry);
  if (relays_work_orders(config))
    work_orders_ = std::make_unique<WorkOrderPull>(
        WorkOrderPull::Options{database_url, persat_api_options(config.persat), interval}, calendar,
        registry);
}

void PersatAccount::start() {
  if (sync_) sync_->start();
  if (work_orders_) work_orders_->start();
}

void PersatAccount::stop() {
  if (work_orders_) work_orders_->stop();
  if (sync_) sync_->stop();
}

}  // namespace rastro
