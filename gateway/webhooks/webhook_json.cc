#include "gateway/webhooks/webhook_json.h"

#include <openssl/rand.h>

#include <boost/json.hpp>
#include <stdexcept>

#include "forwarder/webhooks/event.h"
#include "forwarder/webhooks/signature.h"
#include "gateway/api/envelope.h"
#include "schema/json.h"

namespace rastro {
namespace {

namespace json = boost::json;
using webhooks::TargetFault;

bool read_events(const json::value& list, std::vector<std::string>& events) {
  events.clear();
  if (!list.is_array()) return false;
  for (const json::value& name : list.get_array()) {
    if (!name.is_string() || !webhooks::is_event_type(name.get_string())) return false;
    events.emplace_back(name.get_string());
  }
  return true;
}

WebhookMistake read_member(const json::key_value_pair& member, bool allow_private,
                           postgis::WebhookEntry& entry) {
  const json::value& value = member.value();
  if (member.key() == "url") {
    if (!value.is_string()) return {"url", "'url' debe ser un texto"};
    entry.url = value.get_string();
    const TargetFault fault = webhooks::find_target_fault(entry.url, allow_private);
    return fault == TargetFault::kNone ? WebhookMistake()
                                       : WebhookMistake{"url", target_fault_in_spanish(fault)};
  }
  if (member.key() == "events") {
    if (!read_events(value, entry.events))
      return {"events", "'events' debe ser una lista de tipos de evento conocidos"};
    return {};
  }
  if (member.key() != "active") return {"body", "El cuerpo sólo puede tener 'url', 'events' y 'active'"};
  if (!value.is_bool()) return {"active", "'active' debe ser true o false"};
  entry.active = value.get_bool();
  return {};
}

}  // namespace

std::string make_webhook_secret() {
  webhooks::SecretBytes random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
    throw std::runtime_error("the system gives no random bytes");
  return webhooks::make_secret(random);
}

std::string webhook_json(const postgis::WebhookRow& webhook) {
  std::string out = "{\"id\":" + std::to_string(webhook.id) + ",\"url\":";
  append_json_string(webhook.url, out);
  out += ",\"events\":[";
  for (const std::string& event : webhook.events) {
    if (out.back() != '[') out += ',';
    append_json_string(event, out);
  }
  out += webhook.active ? "],\"active\":true" : "],\"active\":false";
  append_time_member("created", webhook.created_ms, out);
  out += ",\"created_by\":";
  append_json_string(webhook.created_by, out);
  append_time_member("last_updated", webhook.updated_ms, out);
  append_time_member("failing_since", webhook.failing_since_ms, out);
  return out + ",\"pending\":" + std::to_string(webhook.pending) +
         ",\"failed\":" + std::to_string(webhook.failed) + "}";
}

WebhookMistake parse_webhook(const std::string& body, bool allow_private, postgis::WebhookEntry& entry) {
  json::error_code error;
  const json::value parsed = json::parse(body, error);
  if (error || !parsed.is_object()) return {"body", "El cuerpo debe ser un objeto JSON"};
  for (const auto& member : parsed.get_object()) {
    if (const auto mistake = read_member(member, allow_private, entry)) return mistake;
  }
  if (entry.url.empty()) return {"url", "'url' es obligatorio"};
  return {};
}

std::string_view target_fault_in_spanish(TargetFault fault) {
  switch (fault) {
    case TargetFault::kTooLong:
      return "'url' es demasiado larga";
    case TargetFault::kScheme:
      return "'url' debe comenzar con https:// o http://";
    case TargetFault::kPassword:
      return "'url' no debe contener usuario ni contraseña";
    case TargetFault::kPrivate:
      return "'url' apunta a una dirección privada";
    case TargetFault::kNoUrl:
    case TargetFault::kNone:
      break;
  }
  return "'url' no es una URL válida";
}

std::string_view target_fault_in_english(TargetFault fault) {
  switch (fault) {
    case TargetFault::kTooLong:
      return "the URL is too long";
    case TargetFault::kScheme:
      return "the URL must begin with https:// or http://";
    case TargetFault::kPassword:
      return "the URL must not contain a user or password";
    case TargetFault::kPrivate:
      return "the URL is of a private address (webhooks.allow_private)";
    case TargetFault::kNoUrl:
    case TargetFault::kNone:
      break;
  }
  return "this is no URL";
}

}  // namespace rastro
