// Webhooks as the API and the shell show them, and as requests say them. Pure but for the secret, which is
// random; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "forwarder/webhooks/target.h"
#include "pipeline/postgis/webhook_store.h"

namespace rastro {

// Throws std::runtime_error when the system gives no random bytes.
std::string make_webhook_secret();

// Without the secret, which is shown once.
std::string webhook_json(const postgis::WebhookRow& webhook);

struct WebhookMistake {
  std::string_view field = {};  // empty: none
  std::string_view spanish = {};

  explicit operator bool() const { return !field.empty(); }
};

// Puts what the body of a request says into `entry`; what it does not name stays.
WebhookMistake parse_webhook(const std::string& body, bool allow_private, postgis::WebhookEntry& entry);

// What is wrong with a URL: in Spanish for the API, in English for the shell. REQUIRES: something is.
std::string_view target_fault_in_spanish(webhooks::TargetFault fault);
std::string_view target_fault_in_english(webhooks::TargetFault fault);

}  // namespace rastro
