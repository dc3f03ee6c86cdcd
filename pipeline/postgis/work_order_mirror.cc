#include "pipeline/postgis/work_order_mirror.h"

#include "schema/json.h"

namespace rastro::postgis {
namespace {

// $1: a list of orders. One that is told twice in it counts once. Rows that say the same are not touched.
constexpr const char* kFollow = R"(
  INSERT INTO rastro.work_order AS o (wo_id, origin, state, client_id, uid_client, client_name, schema_id,
    service_time_min, date, starts_min, responsibles, labels_ids, cause, created_by, rest)
  SELECT DISTINCT ON (wo_id) wo_id, 'persat', state, c.id, told.uid_client, client_name, schema_id, service_time_min,
    date, starts_min, responsibles, labels_ids, nullif(left(cause, 500), ''), told.created_by, whole
  FROM jsonb_to_recordset($1::jsonb) AS told(wo_id text, state text, uid_client text, client_name text,
      schema_id bigint, service_time_min integer, date date, starts_min integer, responsibles jsonb,
      labels_ids jsonb, cause text, created_by text, whole jsonb)
    LEFT JOIN rastro.client AS c ON c.uid_client = told.uid_client
  ON CONFLICT (wo_id, origin) DO UPDATE SET state = EXCLUDED.state, client_id = EXCLUDED.client_id,
    uid_client = EXCLUDED.uid_client, client_name = EXCLUDED.client_name, schema_id = EXCLUDED.schema_id,
    service_time_min = EXCLUDED.service_time_min, date = EXCLUDED.date, starts_min = EXCLUDED.starts_min,
    responsibles = EXCLUDED.responsibles, labels_ids = EXCLUDED.labels_ids, cause = EXCLUDED.cause,
    rest = EXCLUDED.rest
  WHERE o.rest IS DISTINCT FROM EXCLUDED.rest OR o.client_id IS DISTINCT FROM EXCLUDED.client_id
    OR o.state <> EXCLUDED.state)";

// $1, $2: the days; $3: what Persat's list has of them.
constexpr const char* kForgetRepetitions =
    "DELETE FROM rastro.work_order WHERE origin = 'persat' AND date BETWEEN $1::date AND $2::date "
    "AND wo_id LIKE 'rule-%' AND wo_id <> ALL ($3::text[])";
// $4: how many.
constexpr const char* kMissing =
    "SELECT wo_id FROM rastro.work_order WHERE origin = 'persat' AND wo_id <> ALL ($3::text[]) "
    "AND (date BETWEEN $1::date AND $2::date OR (date IS NULL AND state = 'PENDIENTE')) "
    "ORDER BY updated_at LIMIT $4::integer";
// So that the next round asks for others.
constexpr const char* kAsked =
    "UPDATE rastro.work_order SET updated_at = now() WHERE origin = 'persat' AND wo_id = ANY ($1::text[])";
// $1: states, an empty list for all; $2: the client or ''.
constexpr const char* kUndated =
    "SELECT coalesce(jsonb_agg(rest ORDER BY id), '[]') FROM rastro.work_order "
    "WHERE origin = 'persat' AND date IS NULL AND ($1 = '{}' OR state = ANY ($1::text[])) "
    "AND ($2 = '' OR uid_client = $2)";
constexpr const char* kForget = "DELETE FROM rastro.work_order WHERE origin = 'persat' AND wo_id = $1";
constexpr const char* kLink =
    "UPDATE rastro.work_order AS o SET client_id = c.id FROM rastro.client AS c "
    "WHERE o.origin = 'persat' AND o.client_id IS NULL AND c.uid_client = o.uid_client";

// $1: who; $2: the action; $3: the order; $4: what was asked.
constexpr const char* kBeginAct = R"(
  INSERT INTO rastro.audit (actor, action, detail)
  SELECT $1, $2, jsonb_strip_nulls(jsonb_build_object('wo_id', nullif($3, ''), 'relayed', true,
      'before', (SELECT state FROM rastro.work_order WHERE origin = 'persat' AND wo_id = $3))) || $4::jsonb
  RETURNING id)";
constexpr const char* kEndAct = "UPDATE rastro.audit SET detail = detail || $2::jsonb WHERE id = $1::bigint";

void append_member(std::string_view name, std::string_view text, std::string& out) {
  out.append(",\"").append(name).append("\":");
  append_json_string(text, out);
}

template <typename Value>
void append_optional(std::string_view name, const std::optional<Value>& value, std::string& out) {
  if (!value) return;
  if constexpr (std::is_same_v<Value, std::string>) {
    append_member(name, *value, out);
  } else {
    out.append(",\"").append(name).append("\":").append(std::to_string(*value));
  }
}

void append_order(const FollowedWorkOrder& order, std::string& out) {
  out += "{\"wo_id\":";
  append_json_string(order.wo_id, out);
  append_member("state", order.state, out);
  append_member("uid_client", order.uid_client, out);
  append_member("client_name", order.client_name, out);
  append_member("cause", order.cause, out);
  append_member("created_by", order.created_by, out);
  append_optional("date", order.date, out);
  append_optional("starts_min", order.starts_min, out);
  out += ",\"schema_id\":" + std::to_string(order.schema_id);
  out += ",\"service_time_min\":" + std::to_string(order.service_time_min);
  out += ",\"responsibles\":" + order.responsibles + ",\"labels_ids\":" + order.labels_ids;
  out += ",\"whole\":" + order.whole + "}";
}

}  // namespace

Result<std::uint64_t> WorkOrderMirror::follow(std::span<const FollowedWorkOrder> orders) {
  if (orders.empty()) return std::uint64_t{0};
  std::string list = "[";
  for (const FollowedWorkOrder& order : orders) {
    if (list.size() > 1) list += ',';
    append_order(order, list);
  }
  const auto rows = connection_.query(kFollow, {list + "]"});
  if (!rows) return rows.error();
  return rows->affected();
}

Result<std::vector<std::string>> WorkOrderMirror::missing(const WorkOrderDays& days,
                                                          std::span<const std::string> listed, int most) {
  std::string numbers;
  for (const std::string& wo_id : listed) append_array_element(wo_id, numbers);
  numbers = finish_array(std::move(numbers));
  const auto forgotten = connection_.query(kForgetRepetitions, {days.first, days.last, numbers});
  if (!forgotten) return forgotten.error();
  const auto rows = connection_.query(kMissing, {days.first, days.last, numbers, std::to_string(most)});
  if (!rows) return rows.error();
  std::vector<std::string> found;
  std::string asked;
  for (int row = 0; row < rows->size(); ++row) {
    found.emplace_back(rows->text(row, 0));
    append_array_element(found.back(), asked);
  }
  const auto noted = connection_.query(kAsked, {finish_array(std::move(asked))});
  if (!noted) return noted.error();
  return found;
}

Result<std::string> WorkOrderMirror::undated(const WorkOrderQuestion& question) {
  std::string states;
  for (const std::string& state : question.states) append_array_element(state, states);
  const auto rows = connection_.query(kUndated, {finish_array(std::move(states)), question.uid_client});
  if (!rows) return rows.error();
  return std::string(rows->text(0, 0));
}

Result<void> WorkOrderMirror::forget(const std::string& wo_id) {
  const auto done = connection_.query(kForget, {wo_id});
  if (!done) return done.error();
  return {};
}

Result<void> WorkOrderMirror::link_clients() {
  const auto done = connection_.query(kLink);
  if (!done) return done.error();
  return {};
}

Result<std::int64_t> WorkOrderMirror::begin_act(const RelayedAct& act, const std::string& actor) {
  const auto rows = connection_.query(
      kBeginAct, {actor, act.action, act.wo_id, act.detail.empty() ? std::string("{}") : act.detail});
  if (!rows) return rows.error();
  return rows->integer(0, 0);
}

Result<void> WorkOrderMirror::end_act(std::int64_t id, const std::string& result) {
  const auto done = connection_.query(kEndAct, {std::to_string(id), result});
  if (!done) return done.error();
  return {};
}

}  // namespace rastro::postgis
