#include "pipeline/postgis/persat_pulls.h"

#include <algorithm>
#include <array>

namespace rastro::postgis {
namespace {

constexpr const char* kNote =
    "UPDATE rastro.persat_pull SET succeeded_at = CASE WHEN $3 = '' THEN now() ELSE succeeded_at END, "
    "count = CASE WHEN $3 = '' THEN $2::bigint ELSE count END, trouble = nullif($3, '') WHERE kind = $1";

#define RASTRO_ISO(time) "to_char(" time " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

constexpr const char* kStatus = R"(
  SELECT jsonb_build_object(
    'devices', (SELECT jsonb_build_object('last_success', )" RASTRO_ISO(
    "succeeded_at") R"(, 'trouble', trouble,
        'count', (SELECT count(*) FROM rastro.persat_device),
        'matched', (SELECT count(*) FROM rastro.device WHERE persat_device_id IS NOT NULL))
      FROM rastro.persat_pull WHERE kind = 'devices'),
    'clients', (SELECT jsonb_build_object('last_success', )" RASTRO_ISO("succeeded_at") R"(, 'trouble', trouble,
        'count', (SELECT count(*) FROM rastro.persat_client),
        'without_position', (SELECT count(*) FROM rastro.persat_client WHERE trouble IS NOT NULL),
        'gone', (SELECT count(*) FROM rastro.persat_client WHERE gone_at IS NOT NULL),
        'conflicts', (SELECT count(*) FROM rastro.persat_client WHERE base <> remote))
      FROM rastro.persat_pull WHERE kind = 'clients'),
    'events', (SELECT jsonb_build_object('waiting', count(*) FILTER (WHERE state = 'waiting'),
        'applied', count(*) FILTER (WHERE state = 'applied'), 'unknown', count(*) FILTER (WHERE state = 'unknown'),
        'failed', count(*) FILTER (WHERE state = 'failed')) FROM rastro.persat_event)))";

constexpr std::array kDifferenceColumns = {
    Column{"uid_client", ColumnKind::kText}, Column{"kind", ColumnKind::kText},
    Column{"field", ColumnKind::kText},      Column{"local", ColumnKind::kJson},
    Column{"persat", ColumnKind::kJson},
};
// $1: the kind or ''; $2, $3: offset and limit; so in all of these.
constexpr const char* kDifferences =
    "SELECT uid_client, kind, field, local, persat FROM rastro.persat_difference "
    "WHERE ($1 = '' OR kind = $1) AND ($1 <> 'conflict' OR differs) "
    "ORDER BY uid_client, kind, field OFFSET $2::bigint LIMIT $3::bigint";

constexpr std::array kPlacelessColumns = {
    Column{"uid_client", ColumnKind::kText},
    Column{"company_name", ColumnKind::kText},
    Column{"reason", ColumnKind::kText},
};
constexpr const char* kPlaceless =
    "SELECT uid_client, remote->>'company_name', trouble FROM rastro.persat_client "
    "WHERE trouble IS NOT NULL AND ($1 = '' OR trouble = $1) ORDER BY uid_client OFFSET $2::bigint LIMIT "
    "$3::bigint";

constexpr std::array kEventColumns = {
    Column{"id", ColumnKind::kNumber},     Column{"received_at", ColumnKind::kTime},
    Column{"type", ColumnKind::kText},     Column{"state", ColumnKind::kText},
    Column{"reason", ColumnKind::kText},   Column{"attempts", ColumnKind::kNumber},
    Column{"ended_at", ColumnKind::kTime}, Column{"body", ColumnKind::kJson},
};
constexpr const char* kEvents =
    "SELECT id, received_at, event_type, state, reason, attempts, ended_at, body FROM rastro.persat_event "
    "WHERE $1 = '' OR state = $1 ORDER BY id DESC OFFSET $2::bigint LIMIT $3::bigint";

}  // namespace

Result<void> PersatPulls::note(const std::string& kind, std::uint64_t count, const std::string& trouble) {
  const auto noted = connection_.query(kNote, {kind, std::to_string(count), trouble});
  if (!noted) return noted.error();
  return {};
}

Result<std::string> PersatPulls::status() {
  const auto rows = connection_.query(kStatus);
  if (!rows) return rows.error();
  return std::string(rows->text(0, 0));
}

Result<Table> PersatPulls::page(std::span<const Column> columns, const char* sql, const std::string& what,
                                std::int64_t offset, int limit) {
  auto rows = connection_.query(sql, {what, std::to_string(offset), std::to_string(limit + 1)});
  if (!rows) return rows.error();
  Table table{columns, *std::move(rows)};
  table.size = std::min(table.rows.size(), limit);
  if (table.rows.size() > limit) table.next = PageKey{.skip = offset + limit};
  return table;
}

Result<Table> PersatPulls::differences(const std::string& kind, std::int64_t offset, int limit) {
  return page(kDifferenceColumns, kDifferences, kind, offset, limit);
}

Result<Table> PersatPulls::without_position(std::int64_t offset, int limit) {
  return page(kPlacelessColumns, kPlaceless, "", offset, limit);
}

Result<Table> PersatPulls::events(const std::string& state, std::int64_t offset, int limit) {
  return page(kEventColumns, kEvents, state, offset, limit);
}

}  // namespace rastro::postgis
