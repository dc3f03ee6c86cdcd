#include "tests/persat_sandbox/work_orders.h"

#include <algorithm>
#include <array>

namespace persat_sandbox {
namespace {

namespace json = boost::json;

constexpr std::string_view kPath = "/v1/work-orders";
constexpr std::size_t kMaxCause = 500;  // characters (persat-api.md 5.2)
constexpr std::chrono::days kMaxRange{15};

std::string missing_order(const std::string& id) { return "No hay una ot con este numero de wo_id: " + id; }

// The state that a cancelled one ends in is not documented; this word is the sandbox's own.
constexpr const char* kCancelled = "CANCELADA";

const char* draw_state(std::uint64_t word, bool past) {
  constexpr std::array<const char*, 3> kAhead = {"PENDIENTE", "PROYECTADA", "ASIGNADA"};
  constexpr std::array<const char*, 5> kBehind = {"INFORME", "VENCIDA", "CERRADA_OK", "CERRADA_CON_DESVIO",
                                                  "CERRADA_NO_CUMPLIDA"};
  return past ? kBehind[word % kBehind.size()] : kAhead[word % kAhead.size()];
}

json::object make_order(const Sizes& sizes, std::size_t number, std::int64_t id, json::object client) {
  const std::uint64_t word = draw(sizes.seed ^ 0x07U, number);
  const auto day = sizes.today + std::chrono::days(static_cast<int>(word % 120) - 90);
  const std::string state = draw_state(word / 120, day < sizes.today);
  json::object assignation{{"responsibles_required", 1}, {"responsibles", json::array()}};
  if (state != "PENDIENTE") {
    assignation["date"] = write_time(day, 0);
    assignation["starts_min"] = 480 + 30 * static_cast<std::int64_t>(word / 7 % 16);
    if (state != "PROYECTADA") {
      const std::int64_t user = 1 + static_cast<std::int64_t>(word / 11 % 5);
      assignation["responsibles"] = {
          {{"user_id", user}, {"user_name", "tecnico" + std::to_string(user) + "@example.com"}}};
    }
  }
  json::object data{{"schema_id", 1},
                    {"wo_instance", nullptr},
                    {"wo_rule_id", nullptr},
                    {"service_time", 30},
                    {"instructions", {{"formvalues", json::object()}}}};
  if (state.starts_with("CERRADA")) {
    data["results"] = {{"last_updated", write_time(day, 1080)},
                       {"formvalues", json::object()},
                       {"closing_info", {{"cause", "cierre " + std::to_string(id)}}}};
  }
  return {{"_id", std::to_string(id)},
          {"note_id", id + 500000},
          {"state", state},
          {"created", write_time(std::min(day, sizes.today) - std::chrono::days(2), 540)},
          {"created_by_user_name", "Creado por Api"},
          {"created_by_user_id", -1},
          {"labels_ids", json::array{1}},
          {"client",
           {{"id", number + 1}, {"name", client["company_name"]}, {"uid_client", client["uid_client"]}}},
          {"wo_data", std::move(data)},
          {"assignation_info", std::move(assignation)}};
}

std::string state_of(const json::object& order) { return std::string(order.at("state").as_string()); }

// The day of an order, "2026-03-04"; empty when it has none.
std::string day_of(const json::object& order) {
  const json::value* date = order.at("assignation_info").as_object().if_contains("date");
  return date != nullptr && date->is_string() ? std::string(date->get_string()).substr(0, 10) : std::string();
}

std::optional<std::chrono::sys_days> parse_day(const std::string& text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return {};
  const auto year = parse_id(text.substr(0, 4));
  const auto month = parse_id(text.substr(5, 2));
  const auto day = parse_id(text.substr(8, 2));
  if (!year || !month || !day) return {};
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return {};
  return std::chrono::sys_days(date);
}

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

bool is_list_of_numbers(const json::value& value) {
  return value.is_array() &&
         std::ranges::all_of(value.get_array(), [](const json::value& v) { return v.is_int64(); });
}

std::optional<Reply> answer_lists(const Request& request) {
  const json::object schema{{"wo_group", 1},      {"wo_shema_id", 1},         {"version", 1},
                            {"production", true}, {"name", "Visita técnica"}, {"default_service_time", 30}};
  if (request.method != "GET") return {};
  if (request.path == "/v1/work-orders-schemas") return success(json::array{schema});
  if (request.path == "/v1/work-orders-schemas/1") return success(schema);
  if (request.path == "/v1/work-orders-labels") {
    return success(json::array{{{"id", 1}, {"name", "Urgente"}, {"color", "#d33"}},
                               {{"id", 2}, {"name", "Garantía"}, {"color", "#36c"}}});
  }
  return {};
}

}  // namespace

WorkOrders::WorkOrders(const Sizes& sizes, const Clients& clients) : clients_(clients) {
  if (clients.size() == 0) return;
  for (std::size_t i = 0; i < sizes.work_orders; ++i, ++next_id_) {
    orders_[std::to_string(next_id_)] =
        make_order(sizes, i, next_id_, clients.brief(draw(sizes.seed ^ 0x0CU, i) % clients.size()));
  }
}

std::optional<Reply> WorkOrders::answer(const Request& request) {
  if (auto reply = answer_lists(request)) return reply;
  if (request.path == kPath && request.method == "GET") return list(request);
  if (request.path == kPath && request.method == "POST") return insert(request);
  if (const auto id = last_segment(request, std::string(kPath) + "/tracklink/")) return track_link(*id);
  constexpr std::string_view kCancel = "/cancel";
  if (request.method == "POST" && request.path.ends_with(kCancel)) {
    Request of_order = request;
    of_order.path.resize(of_order.path.size() - kCancel.size());
    if (const auto id = last_segment(of_order, std::string(kPath) + "/")) return cancel(*id, request);
  }
  const auto id = last_segment(request, std::string(kPath) + "/");
  if (!id) return {};
  if (request.method == "PUT") return change_labels(*id, request);
  if (request.method != "GET") return {};
  const auto found = orders_.find(*id);
  if (found == orders_.end()) return failure(404, missing_order(*id));
  return success(found->second);
}

Reply WorkOrders::list(const Request& request) const {
  const auto from = parse_day(request.parameter("from"));
  const auto to = parse_day(request.parameter("to"));
  if (!from || !to) return failure(400, "'from' y 'to' son obligatorios");
  if (*to < *from || *to - *from >= kMaxRange) return failure(400, "El rango no puede superar los 15 días");
  const auto states = request.parameters("states");
  if (std::ranges::count(states, "PENDIENTE") > 0) return failure(400, "'states' no es válido");
  const std::string uid = request.parameter("uid_client");
  json::array found;
  for (const auto& [id, order] : orders_) {
    const std::string day = day_of(order);
    if (day.empty() || day < write_day(*from) || day > write_day(*to)) continue;
    if (!states.empty() && std::ranges::count(states, state_of(order)) == 0) continue;
    if (!uid.empty() && order.at("client").at("uid_client") != json::string(uid)) continue;
    found.push_back(order);
  }
  return success(std::move(found));
}

Reply WorkOrders::insert(const Request& request) {
  auto body = parse_object(request.body);
  if (!body) return failure(400, "El cuerpo no es un JSON válido");
  const json::value* uid = body->if_contains("uid_client");
  if (uid == nullptr || !uid->is_string()) return failure(400, "'uid_client' es obligatorio");
  if (!clients_.contains(std::string(uid->get_string()))) {
    return failure(404, "No existe un cliente con este número.");
  }
  const json::value* data = body->if_contains("wo_data");
  for (const char* name : {"schema_id", "service_time"}) {
    if (data == nullptr || !data->is_object() || !data->get_object().contains(name)) {
      return failure(400, "'wo_data." + std::string(name) + "' es obligatorio");
    }
  }
  const std::string id = std::to_string(next_id_++);
  const json::object client = clients_.brief(std::string(uid->get_string()));
  orders_[id] = {{"_id", id},
                 {"state", "PENDIENTE"},
                 {"created_by_user_name", "Creado por Api"},
                 {"created_by_user_id", -1},
                 {"labels_ids", json::array()},
                 {"client", {{"name", client.at("company_name")}, {"uid_client", client.at("uid_client")}}},
                 {"wo_data", *data},
                 {"assignation_info", {{"responsibles", json::array()}}}};
  ++inserted_;
  return success(json::object{{"wo_id", id}});
}

Reply WorkOrders::put(const Request& request) {
  const auto body = parse_object(request.body);
  if (!body || clients_.size() == 0) return failure(400, "un objeto JSON, y clientes");
  if (const json::value* gone = body->if_contains("gone")) {
    orders_.erase(std::string(gone->as_string()));
    return success(json::object());
  }
  const auto text = [&](const char* name, std::string fallback) {
    const json::value* value = body->if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::move(fallback);
  };
  const auto other = [&](const char* name, json::value fallback) {
    const json::value* value = body->if_contains(name);
    return value != nullptr ? *value : std::move(fallback);
  };
  const std::string uid = text("uid_client", std::string(clients_.brief(0)["uid_client"].as_string()));
  if (!clients_.contains(uid)) return failure(404, "No existe un cliente con este número.");
  const std::string id = std::to_string(next_id_++);
  json::object order = make_order({}, 0, next_id_, clients_.brief(uid));
  order["_id"] = id;
  order["state"] = text("state", "ASIGNADA");
  order["labels_ids"] = other("labels_ids", json::array());
  json::object& assignation = order["assignation_info"].as_object();
  assignation["date"] = other("date", nullptr);
  assignation["starts_min"] = other("starts_min", nullptr);
  // A repetition that has not happened yet (persat-api.md 5.3).
  if (const json::value* rule = body->if_contains("wo_rule_id")) {
    order["_id"] = "-1";
    order["wo_data"].as_object()["wo_rule_id"] = *rule;
    order["wo_data"].as_object()["wo_instance"] = other("wo_instance", 1);
  }
  orders_[id] = std::move(order);
  return success(json::object{{"wo_id", id}});
}

Reply WorkOrders::change_labels(const std::string& id, const Request& request) {
  const auto body = parse_object(request.body);
  if (!body) return failure(400, "El cuerpo no es un JSON válido");
  const json::value* labels = body->if_contains("labels_ids");
  if (labels == nullptr || !is_list_of_numbers(*labels)) {
    return failure(400, "'labels_ids' debe ser un array de números");
  }
  const auto found = orders_.find(id);
  if (found == orders_.end()) return failure(404, missing_order(id));
  found->second["labels_ids"] = *labels;
  return success(json::object{{"wo_id", id}});
}

Reply WorkOrders::cancel(const std::string& id, const Request& request) {
  const auto body = parse_object(request.body);
  if (!body) return failure(400, "El cuerpo no es un JSON válido");
  const json::value* cause = body->if_contains("cause");
  const bool good = cause != nullptr && cause->is_string() && !cause->get_string().empty() &&
                    count_characters(std::string_view(cause->get_string())) <= kMaxCause;
  if (!good) return failure(400, "'cause' es un campo requerido de 500 caracteres máx.");
  const json::value* labels = body->if_contains("labels_ids");
  if (labels != nullptr && !is_list_of_numbers(*labels)) {
    return failure(400, "'labels_ids' debe ser un array de números");
  }
  const auto found = orders_.find(id);
  if (found == orders_.end()) return failure(404, missing_order(id));
  const std::string state = state_of(found->second);
  if (state != "PENDIENTE" && state != "PROYECTADA" && state != "ASIGNADA") {
    return failure(409, "No se puede cancelar la OT cuando se encuentra en estado '" + state + "'");
  }
  if (labels != nullptr) found->second["labels_ids"] = *labels;
  found->second["state"] = kCancelled;
  ++cancelled_;
  return success(json::object{{"wo_id", id}});
}

Reply WorkOrders::close(const std::string& id, Event& event) {
  const auto found = orders_.find(id);
  if (found == orders_.end()) return failure(404, missing_order(id));
  json::object& order = found->second;
  order["state"] = "CERRADA_OK";
  order["wo_data"].as_object()["results"] = {{"closing_info", {{"cause", "Cerrada en el sandbox"}}}};
  event = {"workorder.closed", order};
  return success(json::object{{"wo_id", id}});
}

Reply WorkOrders::track_link(const std::string& id) const {
  if (!orders_.contains(id)) return failure(404, missing_order(id));
  return success(json::object{{"tracklink", "https://wotracking.persat.com.ar/?hash=sandbox" + id}});
}

}  // namespace persat_sandbox
