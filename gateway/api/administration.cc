#include "gateway/api/administration.h"

#include <boost/json.hpp>

#include "gateway/api/api_keys.h"
#include "gateway/api/envelope.h"
#include "gateway/api/listing.h"
#include "gateway/api/request.h"
#include "schema/json.h"

namespace rastro {
namespace {

namespace json = boost::json;

constexpr Permission kAdminister = {Role::kAdmin, Scope::kAdministration};
// A sentence that says what a key is for.
constexpr std::size_t kMaxName = 200;

// Empty where there is no text.
std::string_view find_text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

// The name of the member that cannot be; empty: all can.
std::string read_new_key(const json::object& body, postgis::NewApiKey& out) {
  for (const auto& member : body) {
    if (member.key() != "name" && member.key() != "role" && member.key() != "scopes") return member.key();
  }
  out.name = find_text(body, "name");
  if (out.name.empty() || out.name.size() > kMaxName) return "name";
  out.role = find_text(body, "role");
  if (!find_role(out.role)) return "role";
  const json::value* scopes = body.if_contains("scopes");
  if (scopes == nullptr) return {};
  if (!scopes->is_array()) return "scopes";
  for (const json::value& scope : scopes->get_array()) {
    if (!scope.is_string() || !find_scope(scope.get_string())) return "scopes";
    out.scopes.emplace_back(scope.get_string());
  }
  return {};
}

HttpResponse list_keys(postgis::ApiKeyStore& store) {
  const auto keys = store.list();
  if (!keys) return database_failure(keys.error());
  std::string data = "[";
  for (const postgis::ApiKeyRow& key : *keys) {
    if (data.size() > 1) data += ',';
    data += api_key_json(key);
  }
  return success(data + "]");
}

// The one answer that has the key itself.
HttpResponse create_key(postgis::ApiKeyStore& store, const HttpRequest& request) {
  if (!is_json(request.content_type))
    return failure(ApiError::kUnsupportedMediaType, "Se necesita 'Content-Type: application/json'");
  json::error_code error;
  const json::value body = json::parse(request.body, error);
  if (error || !body.is_object())
    return failure(ApiError::kBadRequest, "El cuerpo debe ser un objeto JSON", "not_json");
  postgis::NewApiKey wanted;
  if (const std::string wrong = read_new_key(body.get_object(), wanted); !wrong.empty())
    return bad_value(wrong);
  const std::string key = make_api_key();
  const KeyHash hash = hash_api_key(key);
  wanted.prefix = api_key_prefix(key);
  wanted.hash.assign(hash.begin(), hash.end());
  const auto id = store.add(wanted, request.actor);
  if (!id) return database_failure(id.error());
  return success("{\"id\":" + std::to_string(*id) + ",\"key\":\"" + key + "\"}");
}

HttpResponse revoke_key(postgis::ApiKeyStore& store, const HttpRequest& request, std::string_view text) {
  const auto id = parse_number<std::int64_t>(text);
  if (!id) return not_an_integer("key_id");
  const auto revoked = store.revoke(*id, request.actor);
  if (!revoked) return database_failure(revoked.error());
  if (!*revoked) return failure(ApiError::kNotFound, "No existe una API key vigente con este id");
  return success("{\"id\":" + std::to_string(*id) + "}");
}

HttpResponse list_audit(postgis::AuditReader& audit, const HttpRequest& request) {
  const Query query(request.query);
  if (const auto unknown = query.first_unknown({"actor", "action", "format", "limit", "cursor"});
      !unknown.empty())
    return bad_value(unknown);
  Paged paged;
  if (const auto wrong = parse_paged(query, request.accept, paged); !wrong.empty()) return bad_value(wrong);
  postgis::AuditQuestion question{.limit = paged.limit};
  if (paged.after) question.offset = paged.after->skip;
  if (const std::string* actor = query.find("actor")) question.actor = *actor;
  if (const std::string* action = query.find("action")) question.action = *action;
  const auto table = audit.list(question);
  if (!table) return database_failure(table.error());
  return list_response(request, paged, "audit", *table, {});
}

}  // namespace

std::string api_key_json(const postgis::ApiKeyRow& key) {
  std::string out = "{\"id\":" + std::to_string(key.id) + ",\"name\":";
  append_json_string(key.name, out);
  out += ",\"prefix\":";
  append_json_string(key.prefix, out);
  out += ",\"role\":\"" + key.role + "\",\"scopes\":[";
  for (const std::string& scope : key.scopes) {
    if (out.back() != '[') out += ',';
    append_json_string(scope, out);
  }
  out += ']';
  append_time_member("created", key.created_ms, out);
  append_time_member("last_used", key.last_used_ms, out);
  append_time_member("revoked", key.revoked_ms, out);
  return out + "}";
}

void add_administration_routes(Router& router, postgis::ApiKeyStore& keys, postgis::AuditReader& audit) {
  constexpr auto kKeys = "/api/v1/keys";
  router.add("GET", kKeys, kAdminister,
             [&keys](const HttpRequest&, const PathArguments&) { return list_keys(keys); });
  router.add("POST", kKeys, kAdminister,
             [&keys](const HttpRequest& request, const PathArguments&) { return create_key(keys, request); });
  router.add("DELETE", "/api/v1/keys/{key_id}", kAdminister,
             [&keys](const HttpRequest& request, const PathArguments& arguments) {
               return revoke_key(keys, request, arguments[0]);
             });
  router.add("GET", "/api/v1/audit", kAdminister, [&audit](const HttpRequest& request, const PathArguments&) {
    return list_audit(audit, request);
  });
}

}  // namespace rastro
