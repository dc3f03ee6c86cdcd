// Who answers for work orders, by the configuration: Persat where there is an account, else Rastro itself.
#pragma once

#include <memory>
#include <string>

#include "gateway/config/config.h"
#include "gateway/work_orders/relayed_work_orders.h"

namespace rastro {

// Throws std::runtime_error with a sentence when Persat's URL is none.
std::unique_ptr<WorkOrders> make_work_orders(
    const Config& config, const std::string& database_url,
    RelayedWorkOrders::OnError on_error = [](std::string_view, const persat::Error&) {});

// Whether they are Persat's.
bool relays_work_orders(const Config& config);

}  // namespace rastro
