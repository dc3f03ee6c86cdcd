#include "gateway/work_orders/relayed_work_orders.h"

#include "forwarder/persat/work_order_calls.h"
#include "gateway/api/request.h"
#include "gateway/work_orders/followed_work_order.h"

namespace rastro {
namespace {

namespace json = boost::json;
using persat::ErrorKind;

persat::Day day_of(const std::string& text) {
  const auto instant = persat::decode_instant(text + "T00:00:00.000Z");
  return std::chrono::floor<std::chrono::days>(instant.value_or(persat::Instant{}));
}

json::value parsed(const std::string& text) {
  json::error_code error;
  json::value value = json::parse(text, error);
  return error ? json::value() : value;
}

std::vector<std::int64_t> ids_of(const std::string& list) {
  std::vector<std::int64_t> ids;
  const json::value value = parsed(list);
  for (const json::value& id : value.as_array()) ids.push_back(id.to_number<std::int64_t>());
  return ids;
}

json::object& part_of(json::object& whole, std::string_view name) {
  json::value& part = whole[name];
  if (!part.is_object()) part.emplace_object();
  return part.get_object();
}

// The body that the entry was read from (work_order_json.h).
json::object body_of(const postgis::WorkOrderEntry& entry) {
  json::value rest = parsed(entry.rest);
  json::object body = rest.is_object() ? std::move(rest.get_object()) : json::object();
  body["uid_client"] = entry.uid_client;
  if (entry.labels_ids != "[]") body["labels_ids"] = parsed(entry.labels_ids);
  json::object& data = part_of(body, "wo_data");
  data["schema_id"] = entry.schema_id;
  data["service_time"] = entry.service_time_min;
  json::object& assignation = part_of(body, "assignation_info");
  if (entry.date) assignation["date"] = *entry.date + "T00:00:00.000Z";
  if (entry.starts_min) assignation["starts_min"] = *entry.starts_min;
  if (entry.responsibles != "[]") assignation["responsibles"] = parsed(entry.responsibles);
  return body;
}

// The number of an order that was inserted, where the answer has one: its form is not documented.
std::string number_in(const json::value& data) {
  const json::object* object = data.if_object();
  if (object == nullptr) return {};
  for (const char* name : {"wo_id", "_id"}) {
    const json::value* value = object->if_contains(name);
    if (value == nullptr) continue;
    if (value->is_string()) return std::string(value->get_string());
    if (value->is_int64()) return std::to_string(value->get_int64());
  }
  return {};
}

HttpResponse refused(ApiError error, const persat::Error& by) {
  return failure(error, by.user_message.empty() ? by.detail : by.user_message);
}

std::string wo_id_json(const std::string& wo_id) { return json::serialize(json::object{{"wo_id", wo_id}}); }

}  // namespace

HttpResponse relayed_failure(const persat::Error& error) {
  const std::string code = "persat_" + std::string(persat::error_kind_name(error.kind));
  switch (error.kind) {
    case ErrorKind::kBadRequest:
      return refused(ApiError::kBadRequest, error);
    case ErrorKind::kNotFound:
      return refused(ApiError::kNotFound, error);
    case ErrorKind::kConflict:
      return refused(ApiError::kConflict, error);
    case ErrorKind::kUnsupportedMediaType:
      return refused(ApiError::kUnsupportedMediaType, error);
    case ErrorKind::kInvalidArgument:
      return failure(ApiError::kBadRequest, "La solicitud no es válida", code);
    case ErrorKind::kTimeout:
      return failure(ApiError::kGatewayTimeout,
                     "Persat no respondió a tiempo; la operación pudo haberse realizado", code);
    case ErrorKind::kRefusedKey:
      return failure(ApiError::kBadGateway, "Persat no acepta la API key configurada", code);
    case ErrorKind::kThrottled: {
      HttpResponse response = failure(ApiError::kUnavailable, "Persat pide esperar", code);
      const auto wait = std::chrono::ceil<std::chrono::seconds>(
          error.retry_after.value_or(std::chrono::milliseconds(1000)));
      response.headers.push_back({"Retry-After", std::to_string(wait.count())});
      return response;
    }
    default:
      return failure(ApiError::kBadGateway, "Persat no está disponible o respondió algo inesperado", code);
  }
}

template <typename Ask>
HttpResponse RelayedWorkOrders::one_at_a_time(Ask ask) {
  if (!waiting_.try_acquire())
    return failure(ApiError::kUnavailable, "Persat está respondiendo otras solicitudes", "persat_busy");
  HttpResponse response;
  {
    const std::lock_guard lock(mutex_);
    response = ask();
  }
  waiting_.release();
  return response;
}

HttpResponse RelayedWorkOrders::failed(std::string_view call, const persat::Error& error) {
  on_error_(call, error);
  return relayed_failure(error);
}

void RelayedWorkOrders::follow(const json::array& orders) {
  std::vector<postgis::FollowedWorkOrder> known;
  for (const json::value& order : orders) {
    auto followed = follow_work_order(order);
    if (!followed) {
      on_error_("work order", followed.error());
    } else if (*followed) {
      known.push_back(std::move((*followed)->order));
    }
  }
  mirror_.follow(known);  // where the database is away the next pull does it
}

std::string RelayedWorkOrders::follow_again(const std::string& wo_id) {
  auto order = persat::fetch_work_order_json(api_, wo_id);
  if (!order) {
    on_error_("GET work order", order.error());
    return {};
  }
  const json::value* state = order->is_object() ? order->get_object().if_contains("state") : nullptr;
  std::string text =
      state != nullptr && state->is_string() ? std::string(state->get_string()) : std::string();
  follow({std::move(*order)});
  return text;
}

HttpResponse RelayedWorkOrders::list(const postgis::WorkOrderQuestion& question) {
  return one_at_a_time([&] {
    if (!question.days) {  // no list of Persat's has those
      const auto orders = mirror_.undated(question);
      return orders ? success(*orders) : database_failure(orders.error());
    }
    persat::WorkOrderQuery query;
    query.range = {day_of(question.days->first), day_of(question.days->last)};
    for (const std::string& state : question.states) query.states.emplace_back(state);
    query.uid_client = question.uid_client;
    const auto orders = persat::fetch_work_orders_json(api_, query);
    if (!orders) return failed("GET work orders", orders.error());
    follow(*orders);
    return success(json::serialize(*orders));
  });
}

HttpResponse RelayedWorkOrders::find(const std::string& wo_id) {
  return one_at_a_time([&] {
    const auto order = persat::fetch_work_order_json(api_, wo_id);
    if (!order) return failed("GET work order", order.error());
    follow({*order});
    return success(json::serialize(*order));
  });
}

// relay() gives Persat's `data`, an error, and the number of the order that it was about.
template <typename Relay>
HttpResponse RelayedWorkOrders::act(const postgis::RelayedAct& act, const std::string& actor, Relay relay) {
  return one_at_a_time([&] {
    const auto entry = mirror_.begin_act(act, actor);
    if (!entry) return database_failure(entry.error());
    std::string wo_id = act.wo_id;
    const persat::Result<json::value> answer = relay(wo_id);
    json::object result;
    HttpResponse response;
    if (answer) {
      response = success(json::serialize(*answer));
      if (!wo_id.empty()) {
        result["wo_id"] = wo_id;
        if (const std::string after = follow_again(wo_id); !after.empty()) result["after"] = after;
      }
    } else {
      response = failed(act.action, answer.error());
      result["error"] = persat::error_kind_name(answer.error().kind);
    }
    result["status"] = response.status;
    mirror_.end_act(*entry, json::serialize(result));
    return response;
  });
}

HttpResponse RelayedWorkOrders::insert(const postgis::WorkOrderEntry& entry, const std::string& actor) {
  const json::object body = body_of(entry);
  return act({.action = "work-order-insert",
              .wo_id = {},
              .detail = json::serialize(json::object{{"uid_client", entry.uid_client}})},
             actor, [&](std::string& wo_id) {
               auto data = persat::insert_work_order_json(api_, body);
               if (data) wo_id = number_in(*data);
               return data;
             });
}

HttpResponse RelayedWorkOrders::label(const std::string& wo_id, const std::string& labels_ids,
                                      const std::string& actor) {
  return act({.action = "work-order-label",
              .wo_id = wo_id,
              .detail = json::serialize(json::object{{"labels_after", parsed(labels_ids)}})},
             actor, [&](std::string&) -> persat::Result<json::value> {
               const auto done = persat::set_work_order_labels(api_, wo_id, ids_of(labels_ids));
               if (!done) return done.error();
               return parsed(wo_id_json(wo_id));
             });
}

HttpResponse RelayedWorkOrders::cancel(const std::string& wo_id, const postgis::Cancellation& cancellation,
                                       const std::string& actor) {
  json::object detail{{"cause", cancellation.cause}};
  persat::Cancellation asked{cancellation.cause};
  if (cancellation.labels_ids) {
    detail["labels_after"] = parsed(*cancellation.labels_ids);
    asked.labels_ids = ids_of(*cancellation.labels_ids);
  }
  return act({.action = "work-order-cancel", .wo_id = wo_id, .detail = json::serialize(detail)}, actor,
             [&](std::string&) -> persat::Result<json::value> {
               const auto cancelled = persat::cancel_work_order(api_, wo_id, asked);
               if (!cancelled) return cancelled.error();
               return parsed(wo_id_json(*cancelled));
             });
}

}  // namespace rastro
