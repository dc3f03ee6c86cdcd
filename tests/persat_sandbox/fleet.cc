#include "tests/persat_sandbox/fleet.h"

#include <algorithm>
#include <array>

namespace persat_sandbox {
namespace {

namespace json = boost::json;

constexpr std::array<const char*, 7> kDays = {"monday", "tuesday",  "wednesday", "thursday",
                                              "friday", "saturday", "sunday"};

json::array all_zones() {
  // The blank before the first one is documented as seen.
  return {{{"id", 5}, {"created", "2020-01-02T10:00:00.000Z"}, {"name", " Zona Norte"}},
          {{"id", 6}, {"created", "2020-01-02T10:00:00.000Z"}, {"name", "Zona Sur"}}};
}

json::object make_device(std::int64_t id) {
  json::object hours;
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    hours[kDays[day]] = day < 5 ? json::array{{{"start", "08:00"}, {"end", "17:00"}}} : json::array();
  }
  return {{"id", id},
          {"type", "VEHICLE"},
          {"serial_number", "SANDBOX-" + std::to_string(id)},
          {"first_name", "Sandbox"},
          {"last_name", std::to_string(id)},
          {"working_zones", json::array{all_zones().at(static_cast<std::size_t>(id) % 2)}},
          {"working_hours", std::move(hours)}};
}

bool is_whole_week(const json::value* hours) {
  return hours != nullptr && hours->is_object() && std::ranges::all_of(kDays, [&](const char* day) {
           const json::value* intervals = hours->get_object().if_contains(day);
           return intervals != nullptr && intervals->is_array();
         });
}

Reply bad_hours() { return failure(400, "'working_hours' es obligatorio, con los 7 días"); }

json::array technicians() {
  json::array list;
  for (int user = 1; user <= 5; ++user) {
    list.push_back(
        {{"user_id", user},
         {"name", "tecnico" + std::to_string(user) + "@example.com"},
         {"real_name", user == 5 ? json::value(nullptr) : json::value("Técnico " + std::to_string(user))},
         {"deleted", false}});
  }
  return list;
}

}  // namespace

Fleet::Fleet(const Sizes& sizes, const Clients& clients) : sizes_(sizes), clients_(clients) {
  for (std::size_t i = 1; i <= sizes.devices; ++i) add(static_cast<std::int64_t>(i));
}

void Fleet::add(std::int64_t id) { devices_.try_emplace(id, make_device(id)); }

Reply Fleet::put(const std::string& id_text, const json::object& changes) {
  if (auto fault = check(id_text)) return *std::move(fault);
  json::object& device = devices_.at(*parse_id(id_text));
  for (const auto& [name, value] : changes) device[name] = value;
  return success(json::object{{"id", device.at("id")}});
}

json::object Fleet::parked(std::int64_t id) const {
  const Place place = draw_place(sizes_.seed ^ 0xDEU, static_cast<std::uint64_t>(id));
  return {{"device_id", id},
          {"timestamp", write_time(sizes_.today, 0)},
          {"latitude", place.latitude},
          {"longitude", place.longitude}};
}

std::optional<Reply> Fleet::answer(const Request& request) {
  if (request.method == "POST") {
    if (request.path == "/v1/working-hours") return set_hours_of_many(request);
    constexpr std::string_view kHours = "/working_hours";
    if (!request.path.ends_with(kHours)) return {};
    Request of_device = request;
    of_device.path.resize(of_device.path.size() - kHours.size());
    const auto id = last_segment(of_device, "/v1/devices/");
    if (!id) return {};
    return set_hours(*id, request);
  }
  if (request.method != "GET") return {};
  if (request.path == "/v1/devices") {
    json::array all;
    for (const auto& [id, device] : devices_) all.push_back(device);
    return success(std::move(all));
  }
  if (request.path == "/v1/zones") return zones(request);
  if (request.path == "/v1/technician-users") return success(technicians());
  if (const auto id = last_segment(request, "/v1/devices/")) return one(*id);
  for (const std::string prefix : {"/v1/devices-visits/", "/v1/devices-pathtrack-sumary/"}) {
    if (!request.path.starts_with(prefix)) continue;
    const std::size_t slash = request.path.find('/', prefix.size());
    if (slash == std::string::npos) return {};
    const std::string date = request.path.substr(prefix.size(), slash - prefix.size());
    const auto id = last_segment(request, request.path.substr(0, slash + 1));
    if (!id) return {};
    return prefix == "/v1/devices-visits/" ? visits(date, *id) : statistics(date, *id);
  }
  return {};
}

std::optional<Reply> Fleet::check(const std::string& id_text) const {
  const auto id = parse_id(id_text);
  if (!id) return failure(400, "'device_id' debe ser un número entero");
  if (!contains(*id)) return failure(404, "No existe un device con este id");
  return {};
}

Reply Fleet::one(const std::string& id_text) const {
  if (auto fault = check(id_text)) return *std::move(fault);
  return success(devices_.at(*parse_id(id_text)));
}

Reply Fleet::zones(const Request& request) const {
  const std::string id_text = request.parameter("device_id");
  if (id_text.empty()) return success(all_zones());
  if (auto fault = check(id_text)) return *std::move(fault);
  return success(devices_.at(*parse_id(id_text)).at("working_zones"));
}

Reply Fleet::set_hours(const std::string& id_text, const Request& request) {
  if (auto fault = check(id_text)) return *std::move(fault);
  const auto body = parse_object(request.body);
  const json::value* hours = body ? body->if_contains("working_hours") : nullptr;
  if (!is_whole_week(hours)) return bad_hours();
  devices_.at(*parse_id(id_text))["working_hours"] = *hours;
  return success(json::object());
}

Reply Fleet::set_hours_of_many(const Request& request) {
  const auto body = parse_object(request.body);
  const json::value* hours = body ? body->if_contains("working_hours") : nullptr;
  const json::value* ids = body ? body->if_contains("devices_ids") : nullptr;
  if (!is_whole_week(hours)) return bad_hours();
  if (ids == nullptr || !ids->is_array()) return failure(400, "'devices_ids' es obligatorio");
  for (const json::value& id : ids->get_array()) {
    if (auto fault = check(id.is_int64() ? std::to_string(id.get_int64()) : "")) return *std::move(fault);
  }
  for (const json::value& id : ids->get_array()) devices_.at(id.get_int64())["working_hours"] = *hours;
  return success(json::object());
}

// Of a day or a whole month, the latest first; null for what is not over (persat-api.md 2.3).
Reply Fleet::visits(const std::string& date, const std::string& id_text) const {
  if (auto fault = check(id_text)) return *std::move(fault);
  const std::int64_t id = *parse_id(id_text);
  if (date.substr(0, 10) >= write_day(sizes_.today).substr(0, date.size()) && date.size() == 10) {
    return success(nullptr);
  }
  json::array list;
  for (auto day = sizes_.today - std::chrono::days(1); day > sizes_.today - std::chrono::days(400);
       day -= std::chrono::days(1)) {
    if (!write_day(day).starts_with(date) || clients_.size() == 0) continue;
    for (std::uint64_t stop = 3; stop-- > 0;) {
      const std::uint64_t word = draw(sizes_.seed ^ static_cast<std::uint64_t>(id),
                                      static_cast<std::uint64_t>(day.time_since_epoch().count()) * 4 + stop);
      list.push_back({{"device_id", id},
                      {"date", write_time(day, static_cast<int>(720 + 120 * stop + word % 60))},
                      {"duration", 60000 * (5 + word / 64 % 40)},
                      {"client", clients_.brief(word % clients_.size())}});
    }
  }
  return success(std::move(list));
}

// The members are the sandbox's own: Persat's are not documented (persat-api.md 2.2).
Reply Fleet::statistics(const std::string& date, const std::string& id_text) const {
  if (auto fault = check(id_text)) return *std::move(fault);
  const std::int64_t id = *parse_id(id_text);
  const double share =
      draw_share(sizes_.seed ^ std::hash<std::string>{}(date), static_cast<std::uint64_t>(id));
  return success(json::object{{"device_id", id}, {"date", date}, {"kilometers", 40 + 120 * share}});
}

}  // namespace persat_sandbox
