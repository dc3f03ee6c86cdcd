// Work orders over HTTP: in Persat's paths and form (persat-api.md 5.2) under /v1/work-orders, and beside the
// visits of a day at /api/v1/work-orders.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "gateway/api/router.h"
#include "gateway/work_orders/work_orders.h"
#include "pipeline/postgis/track_reader.h"
#include "pipeline/postgis/work_order_reader.h"

namespace rastro {

struct WorkOrderRouteOptions {
  // Is told of each act (insert, label, cancel) with the HTTP status of its answer.
  std::function<void(std::string_view act, int status)> on_act = [](std::string_view, int) {};
};

// `orders` outlives the router.
void add_work_order_routes(Router& router, WorkOrders& orders, WorkOrderRouteOptions options);

// The references outlive the router. `zone`: of the days, an IANA name.
void add_work_order_day_routes(Router& router, postgis::WorkOrderReader& orders, postgis::TrackReader& tracks,
                               const std::string& zone);

}  // namespace rastro
