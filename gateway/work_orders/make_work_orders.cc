#include "gateway/work_orders/make_work_orders.h"

#include "gateway/persat/api_options.h"
#include "gateway/work_orders/kept_work_orders.h"

namespace rastro {

bool relays_work_orders(const Config& config) {
  return config.persat.configured() && config.persat.relay_work_orders;
}

std::unique_ptr<WorkOrders> make_work_orders(const Config& config, const std::string& database_url,
                                             RelayedWorkOrders::OnError on_error) {
  if (!relays_work_orders(config))
    return std::make_unique<KeptWorkOrders>(
        postgis::WorkOrderOptions{database_url, config.timezone, config.cancelled_state});
  return std::make_unique<RelayedWorkOrders>(persat_api_options(config.persat), database_url,
                                             std::move(on_error));
}

}  // namespace rastro
