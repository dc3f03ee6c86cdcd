#include "forwarder/persat/route.h"

namespace rastro::persat {
namespace {

namespace json = boost::json;

Result<RouteStop> decode_stop(json::value value) {
  Fields fields(std::move(value), "route's delivery");
  RouteStop stop;
  stop.delivery_id = fields.id("_id");
  stop.state = fields.optional_text("state").value_or("");
  stop.planned_arrival_time = fields.optional_number("planned_arrival_time");
  stop.other = fields.rest();
  if (const json::value* arrival = stop.other.if_contains("arrival_time")) {
    if (!arrival->is_null()) stop.arrival_time = *arrival;
    stop.other.erase("arrival_time");
  }
  return finish(fields, std::move(stop));
}

void decode_assignation(json::object object, Route& route) {
  Fields fields(json::value(std::move(object)), "assignation_info");
  route.assigned_date = optional_instant_field(fields, "assigned_date");
  route.device_id = fields.optional_integer("device_id");
  route.device_name = fields.optional_text("device_name").value_or("");
  if (auto rest = fields.rest(); !rest.empty()) route.other["assignation_info"] = std::move(rest);
}

void decode_departure(json::object object, Route& route) {
  Fields fields(json::value(std::move(object)), "departure");
  route.departure_name = fields.optional_text("name").value_or("");
  route.planned_departure_time = fields.optional_number("planned_departure_time");
  if (auto rest = fields.rest(); !rest.empty()) route.other["departure"] = std::move(rest);
}

}  // namespace

Result<Route> decode_route(json::value value) {
  Fields fields(std::move(value), "route");
  Route route;
  route.id = fields.integer("_id");
  auto assignation = fields.optional_object("assignation_info");
  auto departure = fields.optional_object("departure");
  if (auto stops = fields.optional_array("deliveries")) {
    auto decoded = decode_list(json::value(*std::move(stops)), &decode_stop);
    if (!decoded) return decoded.error();
    route.stops = *std::move(decoded);
  }
  route.other = fields.rest();
  if (assignation) decode_assignation(*std::move(assignation), route);
  if (departure) decode_departure(*std::move(departure), route);
  return finish(fields, std::move(route));
}

Result<std::vector<Route>> fetch_routes(Api& api, Day day, std::optional<std::int64_t> device_id) {
  Target target("/deliveryRoutes");
  target.query("date", encode_day_as_instant(day));
  if (device_id) target.query("device_id", std::to_string(*device_id));
  auto answer = api.get(target);
  if (!answer) return answer.error();
  return decode_list(std::move(answer->data), &decode_route);
}

Result<Route> fetch_route(Api& api, std::int64_t id) {
  const std::string& path = api.unconfirmed().route_path;
  if (path.empty()) return Error{ErrorKind::kNotConfigured, 0, {}, {}, "no path of a single route is known"};
  auto answer = api.get(Target(path).segment(id));
  if (!answer) return answer.error();
  return decode_route(std::move(answer->data));
}

}  // namespace rastro::persat
