#include "tests/persat_sandbox/deliveries.h"

#include <algorithm>
#include <array>

namespace persat_sandbox {
namespace {

namespace json = boost::json;

// What a cursor looks like is not documented; this is the sandbox's own.
constexpr std::string_view kCursor = "after-";
constexpr std::string_view kId = "E-";
constexpr std::size_t kStopsOfRoute = 5;

// The number behind a mark; nothing when it is none.
std::optional<std::size_t> number_behind(std::string_view text, std::string_view mark) {
  if (!text.starts_with(mark)) return {};
  const auto number = parse_id(text.substr(mark.size()));
  if (!number || *number < 0) return {};
  return static_cast<std::size_t>(*number);
}

}  // namespace

json::object Deliveries::make(std::size_t number) const {
  constexpr std::array<const char*, 6> kStates = {
      "PENDING", "ROUTING", "ASSIGNED", "FINISHED", "FINISHED_WITH_DEVIATION", "NOT_FINISHED"};
  const Place place = draw_place(sizes_.seed ^ 0xE0U, number);
  const auto day = sizes_.today - std::chrono::days(number / 20);
  json::object delivery{{"_id", std::string(kId) + std::to_string(number)},
                        {"state", kStates[draw(sizes_.seed, number) % kStates.size()]},
                        {"created", write_time(day, 1439 - static_cast<int>(number % 20))},
                        {"due_date", write_time(day + std::chrono::days(2), 0)},
                        {"source_tag", "sandbox"},
                        {"delivery_data",
                         {{"schema_id", 1},
                          {"service_time", 10},
                          {"wt", {540, 1020}},
                          {"capacity", 1},
                          {"contact", json::object{{"name", "Contacto " + std::to_string(number)}}},
                          {"position",
                           {{"address", {{"clean", std::string(place.street) + " 100"}, {"extra_info", ""}}},
                            {"location", {place.longitude, place.latitude}}}},
                          {"instructions", json::object()}}}};
  if (clients_.size() > 0)
    delivery["client"] = clients_.brief(draw(sizes_.seed ^ 0xECU, number) % clients_.size());
  return delivery;
}

std::optional<Reply> Deliveries::answer(const Request& request) const {
  if (request.method != "GET") return {};
  if (request.path == "/v1/deliveries") return list(request);
  if (request.path == "/v1/deliveryRoutes") return routes(request);
  if (request.path == "/v1/deliveries-labels") {
    return success(json::array{{{"id", 1}, {"name", "Frágil"}, {"color", "#fa0"}}});
  }
  if (request.path == "/v1/deliveries-schemas") {
    return success(json::array{{{"id", 1}, {"name", "Entrega simple"}}});
  }
  const auto id = last_segment(request, "/v1/deliveries/");
  if (!id) return {};
  const auto number = number_behind(*id, kId);
  if (!number || *number >= sizes_.deliveries) return failure(404, "No existe una entrega con este id");
  return success(make(*number));
}

Reply Deliveries::list(const Request& request) const {
  const auto limit = parse_limit(request);
  if (!limit) return failure(400, "'limit' debe ser un número entero entre 1 y 100");
  const std::string next = request.parameter("next");
  const auto from = next.empty() ? std::optional<std::size_t>(0) : number_behind(next, kCursor);
  if (!from) return failure(400, "'next' no es válido");
  const std::string uid = request.parameter("uid_client");
  json::array found;
  std::size_t number = *from;
  for (; number < sizes_.deliveries && found.size() < *limit; ++number) {
    json::object delivery = make(number);
    if (uid.empty() ||
        (delivery.contains("client") && delivery.at("client").at("uid_client") == json::string(uid))) {
      found.push_back(std::move(delivery));
    }
  }
  json::value cursor;
  if (number < sizes_.deliveries) cursor = json::string(std::string(kCursor) + std::to_string(number));
  return success(std::move(found), {{"total", sizes_.deliveries}, {"next", std::move(cursor)}});
}

// One of each device on each day, over the deliveries as they come.
Reply Deliveries::routes(const Request& request) const {
  const std::string date = request.parameter("date");
  if (date.size() < 10) return failure(400, "'date' es obligatorio");
  const auto wanted = parse_id(request.parameter("device_id"));
  json::array list;
  for (std::size_t device = 1; device <= sizes_.devices; ++device) {
    if (wanted && *wanted != static_cast<std::int64_t>(device)) continue;
    json::array stops;
    for (std::size_t stop = 0; stop < std::min(kStopsOfRoute, sizes_.deliveries); ++stop) {
      const json::object delivery = make((device * kStopsOfRoute + stop) % sizes_.deliveries);
      stops.push_back({{"_id", delivery.at("_id")},
                       {"state", delivery.at("state")},
                       {"planned_arrival_time", 540 + 40 * stop}});
    }
    list.push_back({{"_id", 7000 + device},
                    {"assignation_info",
                     {{"assigned_date", date.substr(0, 10) + "T00:00:00.000Z"},
                      {"device_id", device},
                      {"device_name", "Sandbox " + std::to_string(device)}}},
                    {"departure", {{"name", "Depósito"}, {"planned_departure_time", 480}}},
                    {"deliveries", std::move(stops)}});
  }
  return success(std::move(list));
}

}  // namespace persat_sandbox
