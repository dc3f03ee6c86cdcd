// Deliveries of webhooks, as they are worked through: what is due, and what became of it. A connection of its
// own that hears when something changes, and whose locks keep other gateways from the webhooks that it
// delivers to; blocking; one thread. Nothing throws.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/postgis/kept_connection.h"

namespace rastro::postgis {

struct DueDelivery {
  std::int64_t id = 0;
  std::int64_t webhook_id = 0;
  std::string url;
  std::string secret;
  std::size_t failures = 0;
  std::string event_id;  // "evt_…"
  std::string event_type;
  std::int64_t event_time_ms = 0;
  std::string device;  // JSON, or empty
  std::string data;    // JSON
};

struct DeliveryAttempt {
  std::int64_t at_ms = 0;
  std::chrono::milliseconds duration{0};
  int status = 0;  // 0: no answer
  std::string fault;
  std::string answer;
};

enum class DeliveryState : std::uint8_t { kDelivered, kPending, kFailed };

struct DeliveryStanding {
  std::int64_t pending = 0;
  std::int64_t oldest_pending_ms = 0;  // when its event was noted; 0: none is pending
  std::int64_t failed = 0;             // and not deleted yet
  std::int64_t failing = 0;            // active webhooks whose last attempt failed
};

struct EventCount {
  std::string type;
  std::int64_t count = 0;
};

class DeliveryQueue {
 public:
  explicit DeliveryQueue(std::string url) : connection_(std::move(url), "rastro_webhook") {}

  // What happened longer ago is no event any more, from here on.
  Result<void> set_max_age(std::int64_t hours);

  // Active webhooks that have something due, the longest due first.
  Result<std::vector<std::int64_t>> due_webhooks(std::int64_t now_ms);
  // The delivery of one that is due longest, and no other gateway takes any of that webhook until settle();
  // nothing when another has it. Not twice without settle() between.
  Result<std::optional<DueDelivery>> take(std::int64_t webhook_id, std::int64_t now_ms);
  // Notes an attempt and how the delivery stands after it. What was sent again by hand or settled by another
  // meanwhile stays as it is. `next_ms`: of a pending one.
  Result<void> settle(const DueDelivery& delivery, const DeliveryAttempt& attempt, DeliveryState state,
                      std::int64_t next_ms);

  Result<DeliveryStanding> standing();
  // How many events of each type were ever noted, by this gateway or another. Looks at each that is kept.
  Result<std::vector<EventCount>> count_events();
  // Deletes events that were noted before, with all that belongs to them; so many at once at most.
  Result<std::uint64_t> prune(std::int64_t before_ms);

  // True when something may be due that was not before, also when the connection was made anew; false when
  // the time is over.
  Result<bool> wait(int other, std::chrono::milliseconds timeout) { return connection_.wait(other, timeout); }

 private:
  // Ends the connection, and with it every lock: what was locked is not known any more.
  Failure give_up(const Failure& failure);

  KeptConnection connection_;
};

}  // namespace rastro::postgis
