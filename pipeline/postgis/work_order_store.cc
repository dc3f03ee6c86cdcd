#include "pipeline/postgis/work_order_store.h"

namespace rastro::postgis {
namespace {

// $1: the time zone.
#define RASTRO_WORK_ORDERS                                                                          \
  "SELECT wo_id, state, client_id, c.uid_client, company_name, schema_id, service_time_min, date, " \
  "starts_min, responsibles, labels_ids, cause, rest, "                                             \
  "(extract(epoch FROM o.created_at AT TIME ZONE $1) * 1000)::bigint, "                             \
  "(extract(epoch FROM o.updated_at) * 1000)::bigint, created_by "                                  \
  "FROM rastro.work_order AS o JOIN rastro.client AS c ON c.id = client_id AND origin = 'rastro' "

// $2: states, an empty list for all; $3: the client or ''; $4, $5: the days.
#define RASTRO_CHOSEN "($2 = '{}' OR state = ANY ($2::text[])) AND ($3 = '' OR c.uid_client = $3)"
constexpr const char* kListDays = RASTRO_WORK_ORDERS
    "WHERE date BETWEEN $4::date AND $5::date AND " RASTRO_CHOSEN " ORDER BY date, starts_min, o.id";
constexpr const char* kListUndated =
    RASTRO_WORK_ORDERS "WHERE date IS NULL AND " RASTRO_CHOSEN " ORDER BY o.id";
constexpr const char* kFind = RASTRO_WORK_ORDERS "WHERE wo_id = $2";

// Each act is one statement, and so one transaction with its row of audit.
constexpr const char* kInsert = R"(
  WITH made AS (
    INSERT INTO rastro.work_order (wo_id, state, client_id, schema_id, service_time_min, date, starts_min,
                                   responsibles, labels_ids, rest, created_by)
    SELECT '', $2, id, $3::bigint, $4::integer, nullif($5, '')::date, nullif($6, '')::integer, $7::jsonb,
      $8::jsonb, $9::jsonb, $10
    FROM rastro.client WHERE uid_client = $1
    RETURNING *
  ), noted AS (
    INSERT INTO rastro.audit (actor, action, detail)
    SELECT created_by, 'work-order-insert', jsonb_build_object('wo_id', wo_id, 'before', null, 'after', state)
    FROM made
  ) SELECT wo_id FROM made)";

// $1: the order; $2: who; $3: the labels.
constexpr const char* kLabel = R"(
  WITH before AS (
    SELECT id, labels_ids FROM rastro.work_order WHERE wo_id = $1 AND origin = 'rastro' FOR UPDATE
  ), changed AS (
    UPDATE rastro.work_order AS o SET labels_ids = $3::jsonb FROM before WHERE o.id = before.id
    RETURNING wo_id, state, before.labels_ids AS labels_before, o.labels_ids AS labels_after
  ), noted AS (
    INSERT INTO rastro.audit (actor, action, detail)
    SELECT $2, 'work-order-label', jsonb_build_object('wo_id', wo_id, 'before', state, 'after', state,
      'labels_before', labels_before, 'labels_after', labels_after)
    FROM changed
  ) SELECT FROM changed)";

// The states from which an order may be cancelled (Persat's page "Cancelar OT"). $1: the order; $2: who;
// $3: the cause; $4: the labels or ''; $5: the state that it ends in. The lock makes a second one that comes
// meanwhile wait, and then see the state that the first one left.
constexpr const char* kCancel = R"(
  WITH before AS (
    SELECT id, state, labels_ids FROM rastro.work_order WHERE wo_id = $1 AND origin = 'rastro' FOR UPDATE
  ), changed AS (
    UPDATE rastro.work_order AS o
    SET state = $5, cause = $3, labels_ids = coalesce(nullif($4, '')::jsonb, o.labels_ids)
    FROM before WHERE o.id = before.id AND before.state IN ('PENDIENTE', 'PROYECTADA', 'ASIGNADA')
    RETURNING wo_id, before.state AS state_before, o.state AS state_after,
      before.labels_ids AS labels_before, o.labels_ids AS labels_after
  ), noted AS (
    INSERT INTO rastro.audit (actor, action, detail)
    SELECT $2, 'work-order-cancel', jsonb_build_object('wo_id', wo_id, 'before', state_before,
      'after', state_after, 'cause', $3::text, 'labels_before', labels_before, 'labels_after', labels_after)
    FROM changed
  ) SELECT state, EXISTS (SELECT FROM changed) FROM before)";

std::string text_of(const std::optional<std::int32_t>& number) {
  return number ? std::to_string(*number) : std::string();
}

StoredWorkOrder get_work_order(const Rows& rows, int row) {
  StoredWorkOrder order;
  order.wo_id = rows.text(row, 0);
  order.state = rows.text(row, 1);
  order.client_id = rows.integer(row, 2);
  order.uid_client = rows.text(row, 3);
  order.client_name = rows.text(row, 4);
  order.schema_id = rows.integer(row, 5);
  order.service_time_min = static_cast<std::int32_t>(rows.integer(row, 6));
  if (!rows.is_null(row, 7)) order.date = rows.text(row, 7);
  if (!rows.is_null(row, 8)) order.starts_min = static_cast<std::int32_t>(rows.integer(row, 8));
  order.responsibles = rows.text(row, 9);
  order.labels_ids = rows.text(row, 10);
  if (!rows.is_null(row, 11)) order.cause = rows.text(row, 11);
  order.rest = rows.text(row, 12);
  order.created_local_ms = rows.integer(row, 13);
  order.updated_ms = rows.integer(row, 14);
  order.created_by = rows.text(row, 15);
  return order;
}

}  // namespace

Result<std::vector<StoredWorkOrder>> WorkOrderStore::list(const WorkOrderQuestion& question) {
  std::string states;
  for (const std::string& state : question.states) append_array_element(state, states);
  states = finish_array(std::move(states));
  const auto rows = question.days
                        ? connection_.query(kListDays, {options_.zone, states, question.uid_client,
                                                        question.days->first, question.days->last})
                        : connection_.query(kListUndated, {options_.zone, states, question.uid_client});
  if (!rows) return rows.error();
  std::vector<StoredWorkOrder> orders;
  for (int row = 0; row < rows->size(); ++row) orders.push_back(get_work_order(*rows, row));
  return orders;
}

Result<std::optional<StoredWorkOrder>> WorkOrderStore::find(const std::string& wo_id) {
  const auto rows = connection_.query(kFind, {options_.zone, wo_id});
  if (!rows) return rows.error();
  return rows->size() == 0 ? std::nullopt : std::optional(get_work_order(*rows, 0));
}

Result<std::optional<std::string>> WorkOrderStore::insert(const WorkOrderEntry& entry,
                                                          const std::string& actor) {
  const auto rows = connection_.query(
      kInsert, {entry.uid_client, entry.state, std::to_string(entry.schema_id),
                std::to_string(entry.service_time_min), entry.date.value_or(""), text_of(entry.starts_min),
                entry.responsibles, entry.labels_ids, entry.rest, actor});
  if (!rows) return rows.error();
  return rows->size() == 0 ? std::nullopt : std::optional(std::string(rows->text(0, 0)));
}

Result<bool> WorkOrderStore::label(const std::string& wo_id, const std::string& labels_ids,
                                   const std::string& actor) {
  const auto rows = connection_.query(kLabel, {wo_id, actor, labels_ids});
  if (!rows) return rows.error();
  return rows->size() > 0;
}

Result<CancelResult> WorkOrderStore::cancel(const std::string& wo_id, const Cancellation& cancellation,
                                            const std::string& actor) {
  const auto rows = connection_.query(
      kCancel,
      {wo_id, actor, cancellation.cause, cancellation.labels_ids.value_or(""), options_.cancelled_state});
  if (!rows) return rows.error();
  if (rows->size() == 0) return CancelResult{CancelOutcome::kNoSuchOrder};
  if (rows->text(0, 1) == "t") return CancelResult{CancelOutcome::kCancelled};
  return CancelResult{CancelOutcome::kWrongState, std::string(rows->text(0, 0))};
}

}  // namespace rastro::postgis
