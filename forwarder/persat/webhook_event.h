// What Persat sends to a webhook (persat-api.md 4): the event's name and its object. No signature is
// documented; positions and visits have no event. Values; pure.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "forwarder/persat/error.h"

namespace rastro::persat {

struct WebhookEvent {
  enum class Known : std::uint8_t {
    kClientCreated,
    kClientUpdated,  // not of edits through the API
    kClientDeleted,
    kDeliveryCreated,
    kDeliveryDeleted,
    kRouteAssigned,
    kRouteUpdated,
    kWorkOrderClosed,  // not of closing through the API
    kOther,            // seven more are in Persat's menu without their names
  };
  Known known = Known::kOther;
  std::string type;  // as Persat writes it: "client.updated"
  // Of a client event decode_client() reads it, of a closed work order decode_work_order().
  boost::json::object payload{};
  boost::json::object other{};
};
// kUnexpectedData without an event type; a payload that is no object stays in `other`.
Result<WebhookEvent> decode_webhook_event(std::string_view body);

}  // namespace rastro::persat
