#include "gateway/api/webhooks.h"

#include <memory>

#include "gateway/api/listing.h"
#include "gateway/api/request.h"
#include "gateway/webhooks/webhook_json.h"

namespace rastro {
namespace {

constexpr Permission kRead = {Role::kViewer, Scope::kWebhooks};
constexpr Permission kAct = {Role::kOperator, Scope::kWebhooks};
constexpr Permission kConfigure = {Role::kAdmin, Scope::kWebhooks};

HttpResponse no_such_webhook() { return failure(ApiError::kNotFound, "No existe un webhook con este id"); }
HttpResponse no_json() {
  return failure(ApiError::kUnsupportedMediaType, "Se necesita 'Content-Type: application/json'");
}
HttpResponse mistake_response(const WebhookMistake& mistake) {
  return failure(ApiError::kBadRequest, mistake.spanish, mistake.field);
}
HttpResponse id_response(std::string_view name, std::int64_t id) {
  return success("{\"" + std::string(name) + "\":" + std::to_string(id) + "}");
}

class WebhookRoutes {
 public:
  WebhookRoutes(postgis::WebhookStore& store, bool allow_private)
      : store_(store), allow_private_(allow_private) {}

  HttpResponse list() const {
    const auto webhooks = store_.list();
    if (!webhooks) return database_failure(webhooks.error());
    std::string data = "[";
    for (const postgis::WebhookRow& webhook : *webhooks) {
      if (data.size() > 1) data += ',';
      data += webhook_json(webhook);
    }
    return success(data + "]");
  }

  HttpResponse find(const HttpRequest&, std::int64_t id) const {
    const auto webhook = store_.find(id);
    if (!webhook) return database_failure(webhook.error());
    return *webhook ? success(webhook_json(**webhook)) : no_such_webhook();
  }

  // One of the two answers that have a secret.
  HttpResponse add(const HttpRequest& request) const {
    if (!is_json(request.content_type)) return no_json();
    postgis::WebhookEntry entry;
    if (const auto mistake = parse_webhook(request.body, allow_private_, entry))
      return mistake_response(mistake);
    const std::string secret = make_webhook_secret();
    const auto id = store_.add(entry, secret, request.actor);
    if (!id) return database_failure(id.error());
    if (!*id) {
      return failure(ApiError::kConflict,
                     "No puede haber más de " + std::to_string(postgis::kMaxWebhooks) + " webhooks",
                     "too_many");
    }
    return success("{\"id\":" + std::to_string(**id) + ",\"secret\":\"" + secret + "\"}");
  }

  HttpResponse change(const HttpRequest& request, std::int64_t id) const {
    if (!is_json(request.content_type)) return no_json();
    const auto found = store_.find(id);
    if (!found) return database_failure(found.error());
    if (!*found) return no_such_webhook();
    postgis::WebhookEntry entry = **found;
    if (const auto mistake = parse_webhook(request.body, allow_private_, entry))
      return mistake_response(mistake);
    const auto changed = store_.change(id, entry, request.actor);
    if (!changed) return database_failure(changed.error());
    return *changed ? find(request, id) : no_such_webhook();
  }

  HttpResponse remove(const HttpRequest& request, std::int64_t id) const {
    const auto removed = store_.remove(id, request.actor);
    if (!removed) return database_failure(removed.error());
    return *removed ? id_response("id", id) : no_such_webhook();
  }

  HttpResponse renew_secret(const HttpRequest& request, std::int64_t id) const {
    const std::string secret = make_webhook_secret();
    const auto changed = store_.set_secret(id, secret, request.actor);
    if (!changed) return database_failure(changed.error());
    if (!*changed) return no_such_webhook();
    return success("{\"id\":" + std::to_string(id) + ",\"secret\":\"" + secret + "\"}");
  }

  HttpResponse ping(const HttpRequest& request, std::int64_t id) const {
    const auto delivery = store_.ping(id, request.actor);
    if (!delivery) return database_failure(delivery.error());
    if (*delivery) return id_response("delivery_id", **delivery);
    const auto found = store_.find(id);
    if (!found) return database_failure(found.error());
    return *found ? failure(ApiError::kConflict, "El webhook está desactivado", "not_active")
                  : no_such_webhook();
  }

  HttpResponse deliveries(const HttpRequest& request, std::int64_t id) const {
    const Query query(request.query);
    if (const auto unknown = query.first_unknown({"state", "format", "limit", "cursor"}); !unknown.empty())
      return bad_value(unknown);
    Paged paged;
    if (const auto wrong = parse_paged(query, request.accept, paged); !wrong.empty()) return bad_value(wrong);
    postgis::DeliveryQuestion question{.webhook_id = id, .limit = paged.limit};
    if (paged.after) question.offset = paged.after->skip;
    if (const std::string* state = query.find("state")) {
      if (*state != "pending" && *state != "delivered" && *state != "failed") return bad_value("state");
      question.state = *state;
    }
    const auto found = store_.find(id);
    if (!found) return database_failure(found.error());
    if (!*found) return no_such_webhook();
    const auto table = store_.deliveries(question);
    if (!table) return database_failure(table.error());
    return list_response(request, paged, "deliveries", *table, {});
  }

  HttpResponse resend(const HttpRequest& request, std::int64_t delivery_id) const {
    const auto again = store_.resend(delivery_id, request.actor);
    if (!again) return database_failure(again.error());
    return *again ? id_response("delivery_id", delivery_id)
                  : failure(ApiError::kNotFound, "No existe una entrega con este id");
  }

 private:
  postgis::WebhookStore& store_;
  const bool allow_private_;
};

}  // namespace

void add_webhook_routes(Router& router, postgis::WebhookStore& store, bool allow_private) {
  const auto routes = std::make_shared<WebhookRoutes>(store, allow_private);
  constexpr auto kAll = "/api/v1/webhooks";
  constexpr auto kOne = "/api/v1/webhooks/{webhook_id}";
  using Act = HttpResponse (WebhookRoutes::*)(const HttpRequest&, std::int64_t) const;
  // A route whose one argument is a number.
  const auto add = [&](const char* method, const std::string& path, Permission needed, const char* name,
                       Act act) {
    router.add(method, path, needed,
               [routes, name, act](const HttpRequest& request, const PathArguments& arguments) {
                 const auto id = parse_number<std::int64_t>(arguments[0]);
                 return id ? (routes.get()->*act)(request, *id) : not_an_integer(name);
               });
  };
  constexpr auto kId = "webhook_id";
  router.add("GET", kAll, kRead,
             [routes](const HttpRequest&, const PathArguments&) { return routes->list(); });
  router.add("POST", kAll, kConfigure,
             [routes](const HttpRequest& request, const PathArguments&) { return routes->add(request); });
  add("GET", kOne, kRead, kId, &WebhookRoutes::find);
  add("PUT", kOne, kConfigure, kId, &WebhookRoutes::change);
  add("DELETE", kOne, kConfigure, kId, &WebhookRoutes::remove);
  add("POST", "/api/v1/webhooks/{webhook_id}/secret", kConfigure, kId, &WebhookRoutes::renew_secret);
  add("POST", "/api/v1/webhooks/{webhook_id}/test", kAct, kId, &WebhookRoutes::ping);
  add("GET", "/api/v1/webhooks/{webhook_id}/deliveries", kRead, kId, &WebhookRoutes::deliveries);
  add("POST", "/api/v1/webhooks/deliveries/{delivery_id}/resend", kAct, "delivery_id",
      &WebhookRoutes::resend);
}

}  // namespace rastro
