#include "pipeline/postgis/delivery_queue.h"

#include "pipeline/postgis/time_text.h"
#include "pipeline/postgis/utf8.h"

namespace rastro::postgis {
namespace {

#define RASTRO_MS(column) "(extract(epoch FROM " column ") * 1000)::bigint"

constexpr const char* kSetMaxAge = R"(
  UPDATE rastro.webhook_setting SET max_age = $1::integer * interval '1 hour'
  WHERE max_age <> $1::integer * interval '1 hour')";

constexpr const char* kDueWebhooks = R"(
  SELECT w.id FROM rastro.webhook AS w CROSS JOIN LATERAL (
    SELECT next_attempt_at FROM rastro.webhook_delivery
    WHERE webhook_id = w.id AND state = 'pending' AND next_attempt_at <= $1::timestamptz
    ORDER BY next_attempt_at, id LIMIT 1) AS due
  WHERE active ORDER BY next_attempt_at, w.id)";

// Of the locks that applications may take, those of webhooks: "rastro" and the number. They go with the
// connection.
#define RASTRO_LOCK "(x'726173740000'::bigint << 16) + $1::bigint"
constexpr const char* kLock = "SELECT pg_try_advisory_lock(" RASTRO_LOCK ")";
constexpr const char* kUnlock = "SELECT pg_advisory_unlock(" RASTRO_LOCK ")";

constexpr const char* kTake =
    "SELECT d.id, w.url, w.secret, d.failures, rastro.event_name(e.uid), e.type, " RASTRO_MS(
        "e.happened_at") R"(, e.device, e.data
  FROM rastro.webhook AS w JOIN rastro.webhook_delivery AS d ON d.webhook_id = w.id
    JOIN rastro.event AS e ON e.id = d.event_id
  WHERE w.id = $1 AND active AND state = 'pending' AND next_attempt_at <= $2::timestamptz
  ORDER BY next_attempt_at, d.id LIMIT 1)";

// $1, $2: the delivery and its failures before; $3: its state; $4: the failure, 0 or 1; $5: the next attempt
// or
// ''; $6 to $10: the attempt.
constexpr const char* kSettle = R"(
  WITH settled AS (
    UPDATE rastro.webhook_delivery
    SET state = $3, failures = failures + $4::integer, next_attempt_at = nullif($5, '')::timestamptz
    WHERE id = $1 AND state = 'pending' AND failures = $2::integer RETURNING id, webhook_id
  ), logged AS (
    INSERT INTO rastro.webhook_attempt (delivery_id, at, duration_ms, status, fault, answer)
    SELECT id, $6::timestamptz, $7::integer, nullif($8, '0')::integer, nullif($9, ''), $10 FROM settled
  )
  UPDATE rastro.webhook AS w SET failing_since = CASE WHEN $4 = '1' THEN $6::timestamptz END
  FROM settled WHERE w.id = settled.webhook_id AND (failing_since IS NULL) = ($4 = '1'))";

constexpr const char* kStanding =
    "SELECT (SELECT count(*) FROM rastro.webhook_delivery WHERE state = 'pending'), "
    "(SELECT " RASTRO_MS("created_at") R"( FROM rastro.event WHERE id = (
      SELECT min(event_id) FROM rastro.webhook_delivery WHERE state = 'pending')),
    (SELECT count(*) FROM rastro.webhook_delivery WHERE state = 'failed'),
    (SELECT count(*) FROM rastro.webhook WHERE active AND failing_since IS NOT NULL))";

constexpr const char* kCountEvents = R"(
  SELECT type, sum(count)::bigint FROM (
    SELECT type, count(*) FROM rastro.event GROUP BY type UNION ALL SELECT type, count FROM rastro.event_deleted) AS part
  GROUP BY type)";

// So many take some hundred milliseconds.
constexpr const char* kPrune = R"(
  DELETE FROM rastro.event WHERE id IN (
    SELECT id FROM rastro.event WHERE created_at < $1::timestamptz LIMIT 10000 FOR UPDATE SKIP LOCKED))";

std::string_view state_name(DeliveryState state) {
  switch (state) {
    case DeliveryState::kDelivered:
      return "delivered";
    case DeliveryState::kFailed:
      return "failed";
    case DeliveryState::kPending:
      break;
  }
  return "pending";
}

DueDelivery get_delivery(const Rows& rows, std::int64_t webhook_id) {
  DueDelivery delivery;
  delivery.id = rows.integer(0, 0);
  delivery.webhook_id = webhook_id;
  delivery.url = rows.text(0, 1);
  delivery.secret = rows.text(0, 2);
  delivery.failures = static_cast<std::size_t>(rows.integer(0, 3));
  delivery.event_id = rows.text(0, 4);
  delivery.event_type = rows.text(0, 5);
  delivery.event_time_ms = rows.integer(0, 6);
  if (!rows.is_null(0, 7)) delivery.device = rows.text(0, 7);
  delivery.data = rows.text(0, 8);
  return delivery;
}

}  // namespace

Failure DeliveryQueue::give_up(const Failure& failure) {
  connection_.drop();
  return failure;
}

Result<void> DeliveryQueue::set_max_age(std::int64_t hours) {
  if (auto set = connection_.query(kSetMaxAge, {std::to_string(hours)}); !set) return set.error();
  return {};
}

Result<std::vector<std::int64_t>> DeliveryQueue::due_webhooks(std::int64_t now_ms) {
  const auto rows = connection_.query(kDueWebhooks, {time_text(now_ms)});
  if (!rows) return rows.error();
  std::vector<std::int64_t> ids;
  for (int row = 0; row < rows->size(); ++row) ids.push_back(rows->integer(row, 0));
  return ids;
}

// The lock first, and in a statement of its own: what is read after it is what whoever had it before has
// left. Over one connection, as the lock goes with it.
Result<std::optional<DueDelivery>> DeliveryQueue::take(std::int64_t webhook_id, std::int64_t now_ms) {
  const std::string id = std::to_string(webhook_id);
  const auto connection = connection_.get();
  if (!connection) return connection.error();
  const auto locked = (*connection)->query(kLock, {id});
  if (!locked) return give_up(locked.error());
  if (locked->text(0, 0) != "t") return std::optional<DueDelivery>();
  const auto rows = (*connection)->query(kTake, {id, time_text(now_ms)});
  if (!rows) return give_up(rows.error());
  if (rows->size() > 0) return std::optional(get_delivery(*rows, webhook_id));
  if (auto unlocked = (*connection)->query(kUnlock, {id}); !unlocked) return give_up(unlocked.error());
  return std::optional<DueDelivery>();
}

Result<void> DeliveryQueue::settle(const DueDelivery& delivery, const DeliveryAttempt& attempt,
                                   DeliveryState state, std::int64_t next_ms) {
  std::string fault;
  append_utf8(attempt.fault, fault);
  std::string answer;
  append_utf8(attempt.answer, answer);
  const auto settled = connection_.query(
      kSettle,
      {std::to_string(delivery.id), std::to_string(delivery.failures), std::string(state_name(state)),
       state == DeliveryState::kDelivered ? "0" : "1",
       state == DeliveryState::kPending ? time_text(next_ms) : std::string(), time_text(attempt.at_ms),
       std::to_string(attempt.duration.count()), std::to_string(attempt.status), fault, answer});
  if (!settled) return give_up(settled.error());
  if (auto unlocked = connection_.query(kUnlock, {std::to_string(delivery.webhook_id)}); !unlocked)
    return give_up(unlocked.error());
  return {};
}

Result<DeliveryStanding> DeliveryQueue::standing() {
  const auto rows = connection_.query(kStanding);
  if (!rows) return rows.error();
  return DeliveryStanding{.pending = rows->integer(0, 0),
                          .oldest_pending_ms = rows->integer(0, 1),
                          .failed = rows->integer(0, 2),
                          .failing = rows->integer(0, 3)};
}

Result<std::vector<EventCount>> DeliveryQueue::count_events() {
  const auto rows = connection_.query(kCountEvents);
  if (!rows) return rows.error();
  std::vector<EventCount> counts;
  for (int row = 0; row < rows->size(); ++row)
    counts.push_back({std::string(rows->text(row, 0)), rows->integer(row, 1)});
  return counts;
}

Result<std::uint64_t> DeliveryQueue::prune(std::int64_t before_ms) {
  const auto rows = connection_.query(kPrune, {time_text(before_ms)});
  if (!rows) return rows.error();
  return rows->affected();
}

}  // namespace rastro::postgis
