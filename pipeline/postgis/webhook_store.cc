#include "pipeline/postgis/webhook_store.h"

#include <algorithm>
#include <array>

namespace rastro::postgis {
namespace {

#define RASTRO_MS(column) "(extract(epoch FROM " column ") * 1000)::bigint"
#define RASTRO_COUNT(state) \
  "(SELECT count(*) FROM rastro.webhook_delivery WHERE webhook_id = w.id AND state = '" state "')"
#define RASTRO_WEBHOOKS \
  "SELECT id, url, array_to_string(events, ','), active, " RASTRO_MS("created_at") ", " \
      RASTRO_MS("updated_at") ", created_by, " RASTRO_MS("failing_since") ", "          \
      RASTRO_COUNT("pending") ", " RASTRO_COUNT("failed") " FROM rastro.webhook AS w "
constexpr const char* kList = RASTRO_WEBHOOKS "ORDER BY id";
constexpr const char* kFind = RASTRO_WEBHOOKS "WHERE id = $1";

// Each act is one statement, and so one transaction with its row of audit, which has no secret in it.
#define RASTRO_NOTED(from, actor, action)                                                              \
  "noted AS (INSERT INTO rastro.audit (actor, action, detail) SELECT " actor ", '" action              \
  "', jsonb_build_object('webhook_id', id, 'url', url, 'events', events, 'active', active) FROM " from \
  ") SELECT id FROM " from
constexpr const char* kAdd =
    "WITH made AS (INSERT INTO rastro.webhook (url, events, active, secret, created_by) "
    "SELECT $1, $2::text[], $3::boolean, $4, $5 WHERE (SELECT count(*) FROM rastro.webhook) < $6::bigint "
    "RETURNING *), " RASTRO_NOTED("made", "$5", "webhook-create");
constexpr const char* kChange =
    "WITH changed AS (UPDATE rastro.webhook SET url = $2, events = $3::text[], active = $4::boolean "
    "WHERE id = $1 RETURNING *), " RASTRO_NOTED("changed", "$5", "webhook-change");
constexpr const char* kSetSecret =
    "WITH changed AS (UPDATE rastro.webhook SET secret = $2 WHERE id = $1 RETURNING *), " RASTRO_NOTED(
        "changed", "$3", "webhook-secret");
constexpr const char* kRemove =
    "WITH gone AS (DELETE FROM rastro.webhook WHERE id = $1 RETURNING *), " RASTRO_NOTED("gone", "$2",
                                                                                         "webhook-remove");

constexpr const char* kPing = R"(
  WITH wanted AS (
    SELECT * FROM rastro.webhook WHERE id = $1 AND active
  ), made AS (
    INSERT INTO rastro.event (type, subject, from_time, to_time, happened_at, data)
    SELECT 'ping', id::text, now(), now(), now(), jsonb_build_object('webhook_id', id) FROM wanted RETURNING id
  ), sent AS (
    INSERT INTO rastro.webhook_delivery (webhook_id, event_id) SELECT wanted.id, made.id FROM wanted, made
    RETURNING id
  ), noted AS (
    INSERT INTO rastro.audit (actor, action, detail)
    SELECT $2, 'webhook-test', jsonb_build_object('webhook_id', id) FROM wanted
  ) SELECT id, pg_notify('rastro_webhook', '') FROM sent)";

// $1: the delivery; $2: who.
constexpr const char* kResend = R"(
  WITH again AS (
    UPDATE rastro.webhook_delivery SET state = 'pending', failures = 0, next_attempt_at = now()
    WHERE id = $1 RETURNING *
  ), noted AS (
    INSERT INTO rastro.audit (actor, action, detail)
    SELECT $2, 'webhook-resend', jsonb_build_object('webhook_id', webhook_id, 'delivery_id', id) FROM again
  ) SELECT id, pg_notify('rastro_webhook', '') FROM again)";

constexpr std::array kDeliveryColumns = std::to_array<Column>({
    {"id"},
    {"event.id", ColumnKind::kText},
    {"event.type", ColumnKind::kText},
    {"event.time", ColumnKind::kTime},
    {"event.device", ColumnKind::kJson},
    {"event.data", ColumnKind::kJson},
    {"state", ColumnKind::kText},
    {"failures"},
    {"next_attempt_at", ColumnKind::kTime},
    {"attempts", ColumnKind::kJson},
});
// $1: the webhook; $2: the state or ''; $3, $4: offset and limit.
constexpr const char* kDeliveries = R"(
  SELECT d.id, rastro.event_name(e.uid), e.type, e.happened_at, coalesce(e.device, 'null'), e.data, d.state, d.failures,
    d.next_attempt_at, coalesce((
      SELECT jsonb_agg(jsonb_build_object('at', rastro.event_time(a.at), 'duration_ms', a.duration_ms,
        'status', a.status, 'fault', a.fault, 'answer', a.answer) ORDER BY a.at)
      FROM rastro.webhook_attempt AS a WHERE a.delivery_id = d.id), '[]')
  FROM rastro.webhook_delivery AS d JOIN rastro.event AS e ON e.id = d.event_id
  WHERE d.webhook_id = $1 AND ($2 = '' OR d.state = $2)
  ORDER BY d.id DESC OFFSET $3::bigint LIMIT $4::bigint)";

std::string array_of(const std::vector<std::string>& elements) {
  std::string array;
  for (const std::string& element : elements) append_array_element(element, array);
  return finish_array(std::move(array));
}

WebhookRow get_webhook(const Rows& rows, int row) {
  WebhookRow webhook;
  webhook.id = rows.integer(row, 0);
  webhook.url = rows.text(row, 1);
  std::string_view events = rows.text(row, 2);
  while (!events.empty()) {
    const std::size_t end = std::min(events.find(','), events.size());
    webhook.events.emplace_back(events.substr(0, end));
    events.remove_prefix(std::min(end + 1, events.size()));
  }
  webhook.active = rows.text(row, 3) == "t";
  webhook.created_ms = rows.integer(row, 4);
  webhook.updated_ms = rows.integer(row, 5);
  webhook.created_by = rows.text(row, 6);
  if (!rows.is_null(row, 7)) webhook.failing_since_ms = rows.integer(row, 7);
  webhook.pending = rows.integer(row, 8);
  webhook.failed = rows.integer(row, 9);
  return webhook;
}

Result<bool> any_row(const Result<Rows>& rows) {
  if (!rows) return rows.error();
  return rows->size() > 0;
}

Result<std::optional<std::int64_t>> first_number(const Result<Rows>& rows) {
  if (!rows) return rows.error();
  return rows->size() == 0 ? std::nullopt : std::optional(rows->integer(0, 0));
}

}  // namespace

Result<std::vector<WebhookRow>> WebhookStore::list() {
  const auto rows = connection_.query(kList);
  if (!rows) return rows.error();
  std::vector<WebhookRow> webhooks;
  for (int row = 0; row < rows->size(); ++row) webhooks.push_back(get_webhook(*rows, row));
  return webhooks;
}

Result<std::optional<WebhookRow>> WebhookStore::find(std::int64_t id) {
  const auto rows = connection_.query(kFind, {std::to_string(id)});
  if (!rows) return rows.error();
  return rows->size() == 0 ? std::nullopt : std::optional(get_webhook(*rows, 0));
}

Result<std::optional<std::int64_t>> WebhookStore::add(const WebhookEntry& entry, const std::string& secret,
                                                      const std::string& actor) {
  return first_number(connection_.query(kAdd, {entry.url, array_of(entry.events), entry.active ? "t" : "f",
                                               secret, actor, std::to_string(kMaxWebhooks)}));
}

Result<bool> WebhookStore::change(std::int64_t id, const WebhookEntry& entry, const std::string& actor) {
  return any_row(connection_.query(
      kChange, {std::to_string(id), entry.url, array_of(entry.events), entry.active ? "t" : "f", actor}));
}

Result<bool> WebhookStore::set_secret(std::int64_t id, const std::string& secret, const std::string& actor) {
  return any_row(connection_.query(kSetSecret, {std::to_string(id), secret, actor}));
}

Result<bool> WebhookStore::remove(std::int64_t id, const std::string& actor) {
  return any_row(connection_.query(kRemove, {std::to_string(id), actor}));
}

Result<std::optional<std::int64_t>> WebhookStore::ping(std::int64_t id, const std::string& actor) {
  return first_number(connection_.query(kPing, {std::to_string(id), actor}));
}

Result<Table> WebhookStore::deliveries(const DeliveryQuestion& question) {
  auto rows =
      connection_.query(kDeliveries, {std::to_string(question.webhook_id), question.state,
                                      std::to_string(question.offset), std::to_string(question.limit + 1)});
  if (!rows) return rows.error();
  Table table{kDeliveryColumns, *std::move(rows)};
  table.size = std::min(table.rows.size(), question.limit);
  if (table.rows.size() > question.limit) table.next = PageKey{.skip = question.offset + question.limit};
  return table;
}

Result<bool> WebhookStore::resend(std::int64_t delivery_id, const std::string& actor) {
  return any_row(connection_.query(kResend, {std::to_string(delivery_id), actor}));
}

}  // namespace rastro::postgis
