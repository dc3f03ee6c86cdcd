// Subscriptions of webhooks, as they are made, changed, removed and listed, each act with its row in
// rastro.audit; and what became of their deliveries. One connection; blocking; one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/postgis/kept_connection.h"
#include "pipeline/postgis/table.h"

namespace rastro::postgis {

// Every event becomes a row for each that wants it.
inline constexpr int kMaxWebhooks = 50;

struct WebhookEntry {
  std::string url;
  std::vector<std::string> events = {};  // none: all
  bool active = true;
};

struct WebhookRow : WebhookEntry {
  std::int64_t id = 0;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::string created_by;
  std::optional<std::int64_t> failing_since_ms;  // since when no attempt has succeeded
  std::int64_t pending = 0;                      // deliveries
  std::int64_t failed = 0;                       // likewise
};

struct DeliveryQuestion {
  std::int64_t webhook_id = 0;
  std::string state = {};  // empty: all
  std::int64_t offset = 0;
  int limit = 1000;
};

class WebhookStore {
 public:
  explicit WebhookStore(std::string url) : connection_(std::move(url)) {}

  Result<std::vector<WebhookRow>> list();  // by id
  // Nothing when there is none.
  Result<std::optional<WebhookRow>> find(std::int64_t id);

  // `actor`: who does it, for the audit. The number it gets; nothing when there are kMaxWebhooks.
  Result<std::optional<std::int64_t>> add(const WebhookEntry& entry, const std::string& secret,
                                          const std::string& actor);
  // False of these: there is no such webhook.
  Result<bool> change(std::int64_t id, const WebhookEntry& entry, const std::string& actor);
  Result<bool> set_secret(std::int64_t id, const std::string& secret, const std::string& actor);
  // With its deliveries.
  Result<bool> remove(std::int64_t id, const std::string& actor);

  // Has an event "ping" delivered to it. The delivery's number; nothing when it is not active.
  Result<std::optional<std::int64_t>> ping(std::int64_t id, const std::string& actor);

  // The newest first, each with its attempts.
  Result<Table> deliveries(const DeliveryQuestion& question);
  // From the first attempt on again. False: there is no such delivery.
  Result<bool> resend(std::int64_t delivery_id, const std::string& actor);

 private:
  KeptConnection connection_;
};

}  // namespace rastro::postgis
