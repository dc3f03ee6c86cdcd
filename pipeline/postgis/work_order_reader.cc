#include "pipeline/postgis/work_order_reader.h"

#include <algorithm>
#include <array>

#include "pipeline/postgis/time_text.h"

namespace rastro::postgis {
namespace {

// One report at a time and one who waits: the question is of one day.
constexpr std::size_t kConnections = 2;

constexpr std::array kDayColumns = std::to_array<Column>({
    {"wo_id", ColumnKind::kText},
    {"state", ColumnKind::kText},
    {"outcome", ColumnKind::kText},
    {"client.id"},
    {"client.uid_client", ColumnKind::kText},
    {"client.company_name", ColumnKind::kText},
    {"window.from", ColumnKind::kTime},
    {"window.to", ColumnKind::kTime},
    {"visit.device_id"},
    {"visit.device_name", ColumnKind::kText},
    {"visit.arrived_at", ColumnKind::kTime},
    {"visit.left_at", ColumnKind::kTime},
    {"visit.minutes"},
    {"visit.confidence"},
    {"visit.ambiguous", ColumnKind::kFlag},
    {"responsibles", ColumnKind::kJson},
});
// $1: the day; $2: its time zone; $3: now; $4: minutes of tolerance; $5: the state of cancelled ones; $6:
// rows to pass over; $7: rows. Two orders at one client may be done in one visit: no visit is used up. One of
// Persat's without a time is good all day.
constexpr const char* kDay = R"(
  WITH due AS (
    SELECT o.*, (o.date + coalesce(starts_min, 0) * interval '1 minute') AT TIME ZONE $2 AS from_at,
      (o.date + coalesce(starts_min + service_time_min, 1440) * interval '1 minute') AT TIME ZONE $2 AS to_at,
      $4::integer * interval '1 minute' AS tolerance
    FROM rastro.work_order AS o WHERE date = $1::date
  )
  SELECT wo_id, state,
    CASE WHEN arrived_at < from_at - tolerance THEN 'early' WHEN arrived_at > to_at + tolerance THEN 'late'
      WHEN arrived_at IS NOT NULL THEN 'on_time' WHEN state = $5 THEN 'cancelled'
      WHEN to_at + tolerance > $3::timestamptz THEN 'due' ELSE 'not_visited' END,
    due.client_id, coalesce(c.uid_client, due.uid_client),
    coalesce(company_name, due.client_name), from_at, to_at, device_id, d.name, arrived_at, left_at,
    round((extract(epoch FROM left_at - arrived_at) / 60)::numeric, 1), confidence, ambiguous, responsibles
  FROM due LEFT JOIN rastro.client AS c ON c.id = due.client_id
    LEFT JOIN LATERAL (
      SELECT * FROM rastro.visit AS v
      WHERE v.client_id = due.client_id AND arrived_at >= $1::timestamp AT TIME ZONE $2
        AND arrived_at < ($1::timestamp + interval '1 day') AT TIME ZONE $2
      ORDER BY greatest(from_at - arrived_at, arrived_at - to_at, interval '0'), arrived_at, device_id LIMIT 1
    ) AS visit ON true
    LEFT JOIN rastro.device AS d ON d.id = device_id
  ORDER BY starts_min, due.id OFFSET $6 LIMIT $7)";

}  // namespace

WorkOrderReader::WorkOrderReader(std::string url, std::string cancelled_state)
    : pool_(std::move(url), kConnections), cancelled_state_(std::move(cancelled_state)) {}

Result<Table> WorkOrderReader::day(const WorkOrderDayQuestion& question) {
  // A row more than is shown tells whether there is a next page.
  auto rows = pool_.query(
      kDay, {question.day, question.zone, time_text(question.now_ms), std::to_string(question.tolerance_min),
             cancelled_state_, std::to_string(question.offset), std::to_string(question.limit + 1)});
  if (!rows) return rows.error();
  const bool more = rows->size() > question.limit;
  const int size = std::min(rows->size(), question.limit);
  Table table{kDayColumns, std::move(*rows), size};
  if (more) table.next = PageKey{0, 0, question.offset + question.limit};
  return table;
}

}  // namespace rastro::postgis
