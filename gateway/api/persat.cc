#include "gateway/api/persat.h"

#include <boost/json.hpp>

#include "gateway/api/listing.h"
#include "gateway/api/request.h"
#include "gateway/persat/device_report.h"

namespace rastro {
namespace {

namespace json = boost::json;

constexpr Permission kRead = {Role::kViewer, Scope::kPersat};
constexpr Permission kAct = {Role::kOperator, Scope::kPersat};
constexpr Permission kConfigure = {Role::kAdmin, Scope::kPersat};

// Persat's device ids are integers; "hand" without one says that a tracker is none of them.
std::optional<json::object> read_body(const HttpRequest& request, HttpResponse& why_not) {
  if (!is_json(request.content_type)) {
    why_not = failure(ApiError::kUnsupportedMediaType, "Se necesita 'Content-Type: application/json'");
    return {};
  }
  json::error_code error;
  json::value body = json::parse(request.body, error);
  if (!error && body.is_object()) return std::move(body.get_object());
  why_not = failure(ApiError::kBadRequest, "El cuerpo debe ser un objeto JSON", "not_json");
  return {};
}

template <typename Ask>
HttpResponse list(const HttpRequest& request, std::string_view name, std::string_view filter, Ask ask) {
  const Query query(request.query);
  if (const auto unknown =
          query.first_unknown({"format", "limit", "cursor", filter.empty() ? "limit" : filter});
      !unknown.empty())
    return bad_value(unknown);
  Paged paged;
  if (const auto wrong = parse_paged(query, request.accept, paged); !wrong.empty()) return bad_value(wrong);
  const std::string* what = filter.empty() ? nullptr : query.find(filter);
  const auto table =
      ask(what == nullptr ? std::string() : *what, paged.after ? paged.after->skip : 0, paged.limit);
  if (!table) return database_failure(table.error());
  return list_response(request, paged, name, *table, {});
}

HttpResponse resolve(const PersatRoutes& parts, const HttpRequest& request, const std::string& uid) {
  HttpResponse why_not;
  const auto body = read_body(request, why_not);
  if (!body) return why_not;
  const json::value* take = body->if_contains("take");
  if (take == nullptr || body->size() != 1 || (*take != "persat" && *take != "local"))
    return bad_value("take");
  const auto resolution =
      *take == "persat" ? postgis::Resolution::kTakePersat : postgis::Resolution::kTakeLocal;
  const auto resolved = parts.clients.resolve(uid, resolution, request.actor);
  if (!resolved) return database_failure(resolved.error());
  if (!*resolved) return failure(ApiError::kNotFound, "No existe un cliente con este número.");
  return success(json::serialize(json::object{{"uid_client", uid}}));
}

HttpResponse match(const PersatRoutes& parts, const HttpRequest& request, const std::string& imei) {
  HttpResponse why_not;
  const auto body = read_body(request, why_not);
  if (!body) return why_not;
  const json::value* id = body->if_contains("persat_device_id");
  if (id == nullptr || body->size() != 1 || !(id->is_null() || id->is_int64()))
    return bad_value("persat_device_id");
  const auto wanted = id->is_null() ? std::nullopt : std::optional(id->get_int64());
  const auto matched = parts.devices.match_by_hand(imei, wanted, request.actor);
  if (!matched) return database_failure(matched.error());
  if (!*matched) return failure(ApiError::kNotFound, "No existe un device con este imei");
  return success(json::serialize(json::object{{"imei", imei}, {"persat_device_id", *id}}));
}

HttpResponse match_by_itself(const PersatRoutes& parts, const HttpRequest& request, const std::string& imei) {
  const auto matched = parts.devices.match_by_itself(imei, request.actor);
  if (!matched) return database_failure(matched.error());
  if (!*matched) return failure(ApiError::kNotFound, "No existe un device con este imei");
  if (parts.ask_for_pull) parts.ask_for_pull();
  return success(json::serialize(json::object{{"imei", imei}}));
}

HttpResponse list_devices(const PersatRoutes& parts) {
  const auto report = device_report_json(parts.devices, parts.device_table);
  return report ? success(*report) : database_failure(report.error());
}

HttpResponse status(const PersatRoutes& parts) {
  const auto found = parts.pulls.status();
  if (!found) return database_failure(found.error());
  std::string data = *found;
  data.pop_back();
  return success(data + ",\"configured\":" + (parts.ask_for_pull ? "true" : "false") +
                 ",\"webhook\":" + (parts.webhook ? "true" : "false") + "}");
}

}  // namespace

void add_persat_routes(Router& router, const PersatRoutes& parts) {
  router.add("GET", "/api/v1/persat", kRead,
             [parts](const HttpRequest&, const PathArguments&) { return status(parts); });
  router.add("POST", "/api/v1/persat/sync", kAct, [parts](const HttpRequest&, const PathArguments&) {
    if (!parts.ask_for_pull)
      return failure(ApiError::kConflict, "No hay una cuenta de Persat configurada", "persat.api_key");
    parts.ask_for_pull();
    return success("{}");
  });
  router.add("GET", "/api/v1/persat/devices", kRead,
             [parts](const HttpRequest&, const PathArguments&) { return list_devices(parts); });
  router.add("PUT", "/api/v1/persat/devices/{imei}", kConfigure,
             [parts](const HttpRequest& request, const PathArguments& arguments) {
               return match(parts, request, decode_url(arguments[0]));
             });
  router.add("DELETE", "/api/v1/persat/devices/{imei}", kConfigure,
             [parts](const HttpRequest& request, const PathArguments& arguments) {
               return match_by_itself(parts, request, decode_url(arguments[0]));
             });
  router.add("GET", "/api/v1/persat/conflicts", kRead,
             [parts](const HttpRequest& request, const PathArguments&) {
               return list(request, "conflicts", "kind",
                           [&](const std::string& kind, std::int64_t offset, int limit) {
                             return parts.pulls.differences(kind, offset, limit);
                           });
             });
  router.add("POST", "/api/v1/persat/conflicts/{uid_client}/resolve", kAct,
             [parts](const HttpRequest& request, const PathArguments& arguments) {
               return resolve(parts, request, decode_url(arguments[0]));
             });
  router.add("GET", "/api/v1/persat/clients", kRead,
             [parts](const HttpRequest& request, const PathArguments&) {
               return list(request, "clients", "", [&](const std::string&, std::int64_t offset, int limit) {
                 return parts.pulls.without_position(offset, limit);
               });
             });
  router.add("GET", "/api/v1/persat/events", kRead,
             [parts](const HttpRequest& request, const PathArguments&) {
               return list(request, "events", "state",
                           [&](const std::string& state, std::int64_t offset, int limit) {
                             return parts.pulls.events(state, offset, limit);
                           });
             });
}

}  // namespace rastro
