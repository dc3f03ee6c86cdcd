#include "forwarder/webhooks/event.h"

#include "schema/json.h"

namespace rastro::webhooks {

std::string event_body(const Event& event) {
  std::string body = "{\"eventType\":";
  append_json_string(event.type, body);
  body += ",\"payload\":{\"id\":";
  append_json_string(event.id, body);
  body += ",\"time\":\"";
  append_iso8601(event.time_ms, body);
  body += "\",\"device\":";
  body += event.device.empty() ? "null" : event.device;
  body += ",\"data\":" + event.data + "}}";
  return body;
}

}  // namespace rastro::webhooks
