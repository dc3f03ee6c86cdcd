#include "gateway/api/clients.h"

#include <fmt/format.h>

#include "gateway/api/request.h"
#include "gateway/clients/client_check.h"
#include "gateway/clients/client_json.h"
#include "schema/json.h"

namespace rastro {
namespace {

constexpr Permission kRead = {Role::kViewer, Scope::kClients};
constexpr Permission kAct = {Role::kOperator, Scope::kClients};

using postgis::ClientEntry;
using postgis::ClientStore;

// Persat's limit of a page (persat-api.md 1.3), and ours where a program names none.
constexpr std::int64_t kMaxPage = 100;
// Text of Persat, to the letter; the others are ours.
constexpr std::string_view kNoSuchClient = "No existe un cliente con este número.";
constexpr std::string_view kNumberTaken = "Ya existe un cliente con este número.";
constexpr std::string_view kNameTaken = "Ya existe un cliente con este nombre.";
constexpr std::string_view kNumberStays = "'uid_client' no se puede modificar";

HttpResponse mistake_response(const ClientMistake& mistake) {
  return failure(ApiError::kBadRequest, client_mistake_spanish(mistake), client_fault_name(mistake.fault));
}

// Why it may not be stored; nothing when it may.
std::optional<HttpResponse> find_objection(ClientStore& clients, const ClientEntry& client, bool is_new) {
  if (const ClientMistake mistake = check_client(client, is_new)) return mistake_response(mistake);
  if (client.area && !client.area->empty()) {
    const auto fault = clients.find_area_fault(*client.area);
    if (!fault) return database_failure(fault.error());
    if (*fault) return mistake_response({ClientFault::kArea, "area", **fault});
  }
  if (client.company_name) {
    const auto taken = clients.is_name_taken(*client.company_name, client.uid);
    if (!taken) return database_failure(taken.error());
    if (*taken) return failure(ApiError::kConflict, kNameTaken, "company_name");
  }
  return {};
}

HttpResponse stored_response(ClientStore& clients, const std::string& uid) {
  const auto stored = clients.find(uid);
  if (!stored) return database_failure(stored.error());
  if (!*stored) return failure(ApiError::kNotFound, kNoSuchClient);
  return success(client_json(**stored));
}

HttpResponse list_clients(ClientStore& clients, const HttpRequest& request) {
  const Query query(request.query);
  if (const std::string unknown = query.first_unknown({"limit", "offset"}); !unknown.empty())
    return bad_value(unknown);
  std::int64_t limit = kMaxPage;
  std::int64_t offset = 0;
  if (const std::string* text = query.find("limit")) {
    const auto number = parse_number<std::int64_t>(*text);
    if (!number) return not_an_integer("limit");
    if (*number < 1 || *number > kMaxPage) return bad_value("limit");
    limit = *number;
  }
  if (const std::string* text = query.find("offset")) {
    const auto number = parse_number<std::int64_t>(*text);
    if (!number) return not_an_integer("offset");
    if (*number < 0) return bad_value("offset");
    offset = *number;
  }
  const auto page = clients.list(offset, limit);
  if (!page) return database_failure(page.error());
  std::string data = "[";
  for (const postgis::StoredClient& client : page->clients) {
    if (data.size() > 1) data += ',';
    data += client_json(client);
  }
  return success(data + "]", {.offset = offset,
                              .limit = static_cast<std::int64_t>(page->clients.size()),
                              .result = page->total,
                              .total = page->total});
}

// The entry of a request's body, or why there is none.
struct Body {
  ClientEntry client = {};
  std::optional<HttpResponse> why_not = {};
};

Body read_body(const HttpRequest& request) {
  Body body;
  if (!is_json(request.content_type)) {
    body.why_not = failure(ApiError::kUnsupportedMediaType, "Se necesita 'Content-Type: application/json'");
  } else if (const ClientMistake mistake = parse_client(request.body, body.client)) {
    body.why_not = mistake_response(mistake);
  }
  return body;
}

HttpResponse create_client(ClientStore& clients, const HttpRequest& request) {
  const Body body = read_body(request);
  if (body.why_not) return *body.why_not;
  if (body.client.uid.empty()) return mistake_response({ClientFault::kMissing, "uid_client"});
  if (auto objection = find_objection(clients, body.client, true)) return *objection;
  clients.act_as(request.actor);
  const auto added = clients.add(body.client);
  if (added) return stored_response(clients, body.client.uid);
  return added.error().kind == postgis::FailureKind::kAlreadyExists
             ? failure(ApiError::kConflict, kNumberTaken, "uid_client")
             : database_failure(added.error());
}

HttpResponse change_client(ClientStore& clients, const HttpRequest& request, const std::string& uid) {
  Body body = read_body(request);
  if (body.why_not) return *body.why_not;
  if (!body.client.uid.empty() && body.client.uid != uid)
    return failure(ApiError::kBadRequest, kNumberStays, "uid_client");
  body.client.uid = uid;
  if (auto objection = find_objection(clients, body.client, false)) return *objection;
  clients.act_as(request.actor);
  const auto changed = clients.change(body.client);
  if (!changed) return database_failure(changed.error());
  return *changed ? stored_response(clients, uid) : failure(ApiError::kNotFound, kNoSuchClient);
}

HttpResponse remove_client(ClientStore& clients, const HttpRequest& request, const std::string& uid) {
  clients.act_as(request.actor);
  const auto removed = clients.remove(uid);
  if (!removed) return database_failure(removed.error());
  if (!*removed) return failure(ApiError::kNotFound, kNoSuchClient);
  std::string data = "{\"uid_client\":";
  append_json_string(uid, data);
  return success(data + "}");
}

}  // namespace

void add_client_routes(Router& router, ClientStore& clients) {
  constexpr auto kAll = "/v1/clients";
  constexpr auto kOne = "/v1/clients/{uid_client}";
  router.add("GET", kAll, kRead, [&clients](const HttpRequest& request, const PathArguments&) {
    return list_clients(clients, request);
  });
  router.add("POST", kAll, kAct, [&clients](const HttpRequest& request, const PathArguments&) {
    return create_client(clients, request);
  });
  router.add("GET", kOne, kRead, [&clients](const HttpRequest&, const PathArguments& arguments) {
    return stored_response(clients, decode_url(arguments[0]));
  });
  router.add("PUT", kOne, kAct, [&clients](const HttpRequest& request, const PathArguments& arguments) {
    return change_client(clients, request, decode_url(arguments[0]));
  });
  router.add("DELETE", kOne, kAct, [&clients](const HttpRequest& request, const PathArguments& arguments) {
    return remove_client(clients, request, decode_url(arguments[0]));
  });
}

}  // namespace rastro
