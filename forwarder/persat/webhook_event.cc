#include "forwarder/persat/webhook_event.h"

#include <algorithm>
#include <array>

#include "forwarder/persat/fields.h"

namespace rastro::persat {
namespace {

// In the order of Known.
constexpr std::array<std::string_view, 8> kNames = {
    "client.created",   "client.updated",         "client.deleted",        "delivery.created",
    "delivery.deleted", "deliveryRoute.assigned", "deliveryRoute.updated", "workorder.closed"};

}  // namespace

Result<WebhookEvent> decode_webhook_event(std::string_view body) {
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(boost::json::string_view(body.data(), body.size()), error);
  if (error) return unexpected_data("a webhook's body is no JSON");
  Fields fields(std::move(value), "webhook event");
  WebhookEvent event;
  event.type = fields.text("eventType");
  const auto found = std::ranges::find(kNames, std::string_view(event.type));
  if (found != kNames.end()) event.known = static_cast<WebhookEvent::Known>(found - kNames.begin());
  event.payload = fields.optional_object("payload").value_or(boost::json::object());
  event.other = fields.rest();
  return finish(fields, std::move(event));
}

}  // namespace rastro::persat
