#include "pipeline/postgis/track_reader.h"

#include <algorithm>
#include <array>

#include "pipeline/postgis/time_text.h"
#include "pipeline/postgis/track_sql.h"
#include "schema/json.h"

namespace rastro::postgis {
namespace {

// Enough for a report beside a map or two; more would take the server's memory from the writers.
constexpr std::size_t kConnections = 4;
// Lines in one tile: beyond that nobody sees one, and the tile takes seconds.
constexpr int kMaxTileLines = 20'000;

std::string optional_number(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : std::string();
}

// "2026-03-04 18:20:05.123+00" or "2026-03-04".
std::int64_t time_of(std::string_view text) {
  std::string iso_text(text.substr(0, text.find('+')));
  if (iso_text.find(' ') == std::string::npos) iso_text += " 00:00:00";
  iso_text[iso_text.find(' ')] = 'T';
  return parse_iso8601(iso_text + 'Z').value_or(0);
}

// As date_trunc has it.
const char* unit_of(Grouping by) {
  constexpr std::array kUnits = {"day", "week", "month"};
  return kUnits.at(static_cast<std::size_t>(by));
}

int column_named(std::span<const Column> columns, std::string_view name) {
  return static_cast<int>(std::ranges::find(columns, name, &Column::name) - columns.begin());
}

PageKey key_of(const Table& table, int row, int time_column) {
  return {time_of(table.rows.text(row, time_column)),
          table.rows.integer(row, column_named(table.columns, "device_id")), 0};
}

// Behind the last row that is shown. `after`: where this page began.
void set_next(Table& table, std::string_view time_name, const std::optional<PageKey>& after) {
  if (table.rows.size() <= table.size) return;
  const int time_column = column_named(table.columns, time_name);
  PageKey key = key_of(table, table.size - 1, time_column);
  for (int row = table.size - 1;
       row >= 0 && key_of(table, row, time_column) == PageKey{key.time_ms, key.device_id}; --row)
    ++key.skip;
  if (after && after->time_ms == key.time_ms && after->device_id == key.device_id) key.skip += after->skip;
  table.next = key;
}

}  // namespace

TrackReader::TrackReader(std::string url) : pool_(std::move(url), kConnections) {}

Result<Period> TrackReader::period_of(const Days& days, const std::string& zone) {
  const auto rows = pool_.query(
      "SELECT (extract(epoch FROM $1::timestamp AT TIME ZONE $3) * 1000)::bigint, "
      "(extract(epoch FROM ($2::timestamp + interval '1 day') AT TIME ZONE $3) * 1000)::bigint",
      {days.first, days.last, zone});
  if (!rows) return rows.error();
  return Period{rows->integer(0, 0), rows->integer(0, 1)};
}

Result<Coverage> TrackReader::coverage(std::int64_t device_id, const Period& period) {
  const auto rows = pool_.query(
      "SELECT EXISTS (SELECT FROM rastro.fix WHERE device_id = $1::bigint AND fix_time >= $2::timestamptz "
      "AND fix_time < $3::timestamptz), EXISTS (SELECT FROM rastro.tracking_due WHERE device_id = "
      "$1::bigint) "
      "OR EXISTS (SELECT FROM rastro.visit_due WHERE device_id = $1::bigint)",
      {std::to_string(device_id), time_text(period.from_ms), time_text(period.to_ms)});
  if (!rows) return rows.error();
  return Coverage{rows->text(0, 0) == "t", rows->text(0, 1) == "t"};
}

Result<bool> TrackReader::has_client(std::int64_t client_id) {
  const auto rows =
      pool_.query("SELECT FROM rastro.client WHERE id = $1::bigint", {std::to_string(client_id)});
  if (!rows) return rows.error();
  return rows->size() > 0;
}

Result<Table> TrackReader::all(const TrackSql& asked, std::initializer_list<std::string> parameters) {
  auto rows = pool_.query(asked.sql, parameters);
  if (!rows) return rows.error();
  const int size = rows->size();
  return Table{asked.columns, std::move(*rows), size};
}

// The parameters ask for a row more than `limit`, which tells whether there is a next page.
Result<Table> TrackReader::some(const TrackSql& asked, std::initializer_list<std::string> parameters,
                                int limit) {
  auto table = all(asked, parameters);
  if (table) table->size = std::min(table->size, limit);
  return table;
}

Result<Table> TrackReader::page(const TrackSql& asked, const TrackQuestion& question) {
  const PageKey after = question.after.value_or(PageKey{question.period.from_ms, 0, 0});
  const std::string from = time_text(question.period.from_ms);
  const std::string to = time_text(question.period.to_ms);
  const std::string device = optional_number(question.device_id);
  const std::string after_time = time_text(after.time_ms);
  const std::string after_device = std::to_string(after.device_id);
  const std::string skip = std::to_string(after.skip);
  const std::string limit = std::to_string(question.limit + 1);
  // Only visits have an eighth parameter, and a server refuses one that the statement does not name.
  const bool of_visits = column_named(asked.columns, "arrived_at") < static_cast<int>(asked.columns.size());
  auto table = of_visits
                   ? some(asked,
                          {from, to, device, after_time, after_device, skip, limit,
                           optional_number(question.client_id)},
                          question.limit)
                   : some(asked, {from, to, device, after_time, after_device, skip, limit}, question.limit);
  if (table) set_next(*table, of_visits ? "arrived_at" : "started_at", question.after);
  return table;
}

Result<Table> TrackReader::trips(const TrackQuestion& question) { return page(kTripsSql, question); }

Result<Table> TrackReader::stops(const TrackQuestion& question) { return page(kStopsSql, question); }

Result<Table> TrackReader::visits(const TrackQuestion& question, bool explained) {
  return page(explained ? kExplainedVisitsSql : kVisitsSql, question);
}

Result<Table> TrackReader::ended_visits(std::int64_t device_id, const Period& period) {
  return all(kEndedVisitsSql,
             {std::to_string(device_id), time_text(period.from_ms), time_text(period.to_ms)});
}

Result<Table> TrackReader::summaries(std::int64_t device_id, const Days& days) {
  return all(kSummariesSql, {std::to_string(device_id), days.first, days.last});
}

Result<Table> TrackReader::statistics(const StatisticsQuestion& question) {
  return all(kStatisticsSql, {question.days.first, question.days.last, unit_of(question.by),
                              optional_number(question.device_id)});
}

Result<Table> TrackReader::statistics_by_device(const StatisticsQuestion& question,
                                                const std::optional<PageKey>& after, int limit) {
  auto table = some(kDeviceStatisticsSql,
                    {question.days.first, question.days.last, unit_of(question.by),
                     after ? time_text(after->time_ms) : "-infinity",
                     std::to_string(after ? after->device_id : 0), std::to_string(limit + 1)},
                    limit);
  if (table) set_next(*table, "from", after);
  return table;
}

Result<Table> TrackReader::plan(const PlanQuestion& question) {
  auto table = some(kPlanSql,
                    {question.day, question.zone, time_text(question.now_ms), question.state,
                     std::to_string(question.offset), std::to_string(question.limit + 1)},
                    question.limit);
  if (table && table->rows.size() > table->size)
    table->next = PageKey{0, 0, question.offset + question.limit};
  return table;
}

Result<Table> TrackReader::track(std::int64_t device_id, const Period& period, double simplify_m, int limit) {
  std::string metres;
  append_json_number(simplify_m, metres);
  return all(kTrackSql, {std::to_string(device_id), time_text(period.from_ms), time_text(period.to_ms),
                         metres, std::to_string(limit)});
}

Result<std::string> TrackReader::tile(const Tile& tile, const Period& period,
                                      std::optional<std::int64_t> device_id) {
  const auto rows =
      pool_.query(kTileSql, {std::to_string(tile.z), std::to_string(tile.x), std::to_string(tile.y),
                             time_text(period.from_ms), time_text(period.to_ms), optional_number(device_id),
                             std::to_string(kMaxTileLines)});
  if (!rows) return rows.error();
  return rows->bytes(0, 0);
}

}  // namespace rastro::postgis
