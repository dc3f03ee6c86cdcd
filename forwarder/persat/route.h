// Routes of deliveries, the one place where Persat ties work to a device (persat-api.md 6.2). Values.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "forwarder/persat/api.h"
#include "forwarder/persat/instant.h"

namespace rastro::persat {

struct RouteStop {
  std::string delivery_id;                           // `_id`
  std::string state;                                 // of the delivery
  std::optional<double> planned_arrival_time{};      // inferred: minutes since local midnight
  std::optional<boost::json::value> arrival_time{};  // only once delivered; its form is not documented
  boost::json::object other{};
};

struct Route {
  std::int64_t id = 0;  // `_id`
  std::optional<Instant> assigned_date{};
  std::optional<std::int64_t> device_id{};
  std::string device_name{};
  std::string departure_name{};
  std::optional<double> planned_departure_time{};  // inferred: minutes since local midnight
  std::vector<RouteStop> stops{};                  // `deliveries`
  boost::json::object other{};
};
Result<Route> decode_route(boost::json::value value);

// Of one day; of one device where it is given.
Result<std::vector<Route>> fetch_routes(Api& api, Day day, std::optional<std::int64_t> device_id = {});
// Not documented: kNotConfigured without Unconfirmed::route_path.
Result<Route> fetch_route(Api& api, std::int64_t id);

}  // namespace rastro::persat
