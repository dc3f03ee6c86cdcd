#include "gateway/work_orders/work_order_json.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <limits>

#include "gateway/api/period.h"
#include "schema/json.h"

namespace rastro {
namespace {

namespace json = boost::json;

// Text of Persat, to the letter.
constexpr std::string_view kCause = "'cause' es un campo requerido de 500 caracteres máx.";
constexpr std::string_view kCreatedByApi = "Creado por Api";
constexpr std::int64_t kByApi = -1;  // where the number of a user stands
constexpr std::int64_t kDayMinutes = 1440;
// A month: what takes longer is a mistake, and a window's end stays a time that there is.
constexpr std::int64_t kMaxServiceMin = 31 * kDayMinutes;
// Members that Rastro tells or has columns for: what a body says of them is not kept beside those.
constexpr std::array<std::string_view, 2> kOwn = {"uid_client", "labels_ids"};
constexpr std::array<std::string_view, 2> kOwnData = {"schema_id", "service_time"};
constexpr std::array<std::string_view, 3> kOwnAssignation = {"date", "starts_min", "responsibles"};

WorkOrderMistake needed(std::string_view name) {
  return {"'" + std::string(name) + "' es obligatorio", std::string(name)};
}
WorkOrderMistake wrong(std::string_view name) {
  return {"'" + std::string(name) + "' no es válido", std::string(name)};
}

// Null where a member is not there, or null.
const json::value* find_member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

WorkOrderMistake parse_object(std::string_view body, json::object& out) {
  const WorkOrderMistake mistake{"El cuerpo debe ser un objeto JSON", "not_json"};
  // PostgreSQL stores no NUL.
  if (body.find("\\u0000") != std::string_view::npos) return mistake;
  json::error_code error;
  json::value value = json::parse({body.data(), body.size()}, error);
  if (error || !value.is_object()) return mistake;
  out = std::move(value.get_object());
  return {};
}

// Of well-formed UTF-8, which the parser has seen to.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Labels that nobody knows are taken, as with Persat.
WorkOrderMistake read_labels(const json::value& value, std::string& out) {
  const json::array* labels = value.if_array();
  if (labels == nullptr || !std::ranges::all_of(*labels, [](const json::value& label) {
        json::error_code error;
        label.to_number<std::int64_t>(error);
        return !error;
      }))
    return {"'labels_ids' debe ser una lista de números", "labels_ids"};
  out = json::serialize(*labels);
  return {};
}

template <typename Number>
WorkOrderMistake read_whole(const json::object& from, std::string_view member, const std::string& name,
                            std::int64_t low, std::int64_t high, Number& out) {
  const json::value* value = find_member(from, member);
  if (value == nullptr) return needed(name);
  json::error_code error;
  const auto number = value->to_number<std::int64_t>(error);
  if (error) return {"'" + name + "' debe ser un número entero", name};
  if (number < low || number > high) return wrong(name);
  out = static_cast<Number>(number);
  return {};
}

WorkOrderMistake read_responsibles(const json::value& value, postgis::WorkOrderEntry& out) {
  const json::array* people = value.if_array();
  const auto is_user = [](const json::value& one) {
    const json::object* user = one.if_object();
    return user != nullptr && user->contains("user_id") && user->at("user_id").is_number();
  };
  if (people == nullptr || !std::ranges::all_of(*people, is_user))
    return wrong("assignation_info.responsibles");
  out.responsibles = json::serialize(*people);
  return {};
}

// Where there is a date there is a time too (persat-api.md 5.4).
WorkOrderMistake read_assignation(const json::object& from, postgis::WorkOrderEntry& out) {
  if (const json::value* people = find_member(from, "responsibles")) {
    if (auto mistake = read_responsibles(*people, out)) return mistake;
  }
  const bool has_people = out.responsibles != "[]";
  const json::value* date = find_member(from, "date");
  if (date == nullptr) {
    if (has_people || find_member(from, "starts_min") != nullptr) return needed("assignation_info.date");
    return {};
  }
  if (date->is_string()) out.date = find_day({date->get_string().data(), date->get_string().size()});
  if (!out.date) return wrong("assignation_info.date");
  out.state = has_people ? "ASIGNADA" : "PROYECTADA";
  std::int32_t starts_min = 0;
  auto mistake =
      read_whole(from, "starts_min", "assignation_info.starts_min", 0, kDayMinutes - 1, starts_min);
  out.starts_min = starts_min;
  return mistake;
}

void erase(json::object& from, std::span<const std::string_view> names) {
  for (const std::string_view name : names) from.erase(name);
}

// The object of that name, which is made where there is none.
json::object& part_of(json::object& whole, std::string_view name) {
  json::value& part = whole[name];
  if (!part.is_object()) part.emplace_object();
  return part.get_object();
}

json::value parsed(const std::string& text) {
  json::error_code error;
  json::value value = json::parse(text, error);
  return error ? json::value() : value;
}

json::string iso_text(std::int64_t time_ms) {
  std::string text;
  append_iso8601(time_ms, text);
  return json::string(text);
}

json::object assignation_of(const postgis::StoredWorkOrder& order) {
  json::object assignation;
  assignation["date"] = order.date ? json::value(*order.date + "T00:00:00.000Z") : json::value();
  assignation["starts_min"] = order.starts_min ? json::value(*order.starts_min) : json::value();
  assignation["responsibles"] = parsed(order.responsibles);
  return assignation;
}

// `given` stays where `own` says nothing.
void merge(const json::object& own, json::object& given) {
  for (const auto& member : own) given[member.key()] = member.value();
}

}  // namespace

std::optional<std::string> find_day(std::string_view iso_text) {
  constexpr std::size_t kDayLength = 10;
  if (iso_text.size() < kDayLength) return {};
  if (iso_text.size() > kDayLength && iso_text[kDayLength] != 'T' && iso_text[kDayLength] != ' ') return {};
  const auto days = parse_days(iso_text.substr(0, kDayLength));
  return days ? std::optional(days->first) : std::nullopt;
}

WorkOrderMistake parse_cancellation(std::string_view body, postgis::Cancellation& out) {
  json::object given;
  if (auto mistake = parse_object(body, given)) return mistake;
  const json::value* cause = find_member(given, "cause");
  if (cause == nullptr || !cause->is_string()) return {std::string(kCause)};
  out.cause = std::string(cause->get_string());
  if (out.cause.empty() || count_characters(out.cause) > kMaxCauseCharacters) return {std::string(kCause)};
  if (const json::value* labels = given.if_contains("labels_ids"))
    return read_labels(*labels, out.labels_ids.emplace());
  return {};
}

WorkOrderMistake parse_labels(std::string_view body, std::string& labels_ids) {
  json::object given;
  if (auto mistake = parse_object(body, given)) return mistake;
  for (const auto& member : given) {
    const std::string_view name(member.key().data(), member.key().size());
    if (name != "labels_ids") return {"Solo se puede modificar 'labels_ids'", std::string(name)};
  }
  const json::value* labels = given.if_contains("labels_ids");
  return labels == nullptr ? needed("labels_ids") : read_labels(*labels, labels_ids);
}

WorkOrderMistake parse_work_order(std::string_view body, postgis::WorkOrderEntry& out) {
  constexpr std::int64_t kMaxId = std::numeric_limits<std::int64_t>::max();
  json::object given;
  if (auto mistake = parse_object(body, given)) return mistake;
  const json::value* uid = find_member(given, "uid_client");
  if (uid == nullptr) return needed("uid_client");
  if (!uid->is_string()) return wrong("uid_client");
  out.uid_client = std::string(uid->get_string());
  const json::value* data = find_member(given, "wo_data");
  if (data == nullptr) return needed("wo_data");
  if (!data->is_object()) return wrong("wo_data");
  if (auto mistake =
          read_whole(data->get_object(), "schema_id", "wo_data.schema_id", 0, kMaxId, out.schema_id))
    return mistake;
  if (auto mistake = read_whole(data->get_object(), "service_time", "wo_data.service_time", 0, kMaxServiceMin,
                                out.service_time_min))
    return mistake;
  const json::value* assignation = find_member(given, "assignation_info");
  if (assignation != nullptr) {
    if (!assignation->is_object()) return wrong("assignation_info");
    if (auto mistake = read_assignation(assignation->get_object(), out)) return mistake;
  }
  if (const json::value* labels = find_member(given, "labels_ids")) {
    if (auto mistake = read_labels(*labels, out.labels_ids)) return mistake;
  }
  erase(part_of(given, "wo_data"), kOwnData);
  erase(part_of(given, "assignation_info"), kOwnAssignation);
  erase(given, kOwn);
  out.rest = json::serialize(given);
  return {};
}

// Persat writes the local time of `created` as if it were UTC, and so do we.
std::string work_order_json(const postgis::StoredWorkOrder& order) {
  const json::value rest = parsed(order.rest);
  json::object out = rest.is_object() ? rest.get_object() : json::object();
  merge(
      {{"_id", order.wo_id},
       {"state", order.state},
       {"created", iso_text(order.created_local_ms)},
       {"created_by_user_name", kCreatedByApi},
       {"created_by_user_id", kByApi},
       {"labels_ids", parsed(order.labels_ids)},
       {"client", {{"id", order.client_id}, {"name", order.client_name}, {"uid_client", order.uid_client}}}},
      out);
  json::object& data = part_of(out, "wo_data");
  merge({{"schema_id", order.schema_id},
         {"wo_instance", nullptr},
         {"wo_rule_id", nullptr},
         {"service_time", order.service_time_min}},
        data);
  if (order.cause) {
    json::object& results = part_of(data, "results");
    results["last_updated"] = iso_text(order.updated_ms);
    part_of(results, "closing_info")["cause"] = *order.cause;
  }
  merge(assignation_of(order), part_of(out, "assignation_info"));
  return json::serialize(out);
}

}  // namespace rastro
