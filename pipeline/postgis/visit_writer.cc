#include "pipeline/postgis/visit_writer.h"

#include <charconv>

#include "pipeline/postgis/time_text.h"
#include "pipeline/postgis/track_writer.h"

namespace rastro::postgis {
namespace {

using tracking::Place;
using tracking::Stop;
using tracking::Trip;

// A visit may go on with the first stop that has changed when it ended with the stop just before, or goes on
// with it already; then it is made anew too. find_visits joins only stops that follow each other.
constexpr const char* kFindBegin = R"(
  SELECT (CASE WHEN visit.left_at >= stop.ended_at THEN visit.arrived_at ELSE due.from_time END)::text
  FROM unnest($1::bigint[], $2::timestamptz[]) WITH ORDINALITY AS due(device_id, from_time, n)
  LEFT JOIN LATERAL (
    SELECT ended_at FROM rastro.stop WHERE stop.device_id = due.device_id AND started_at < due.from_time
    ORDER BY started_at DESC, settled_at DESC LIMIT 1) AS stop ON true
  LEFT JOIN LATERAL (
    SELECT arrived_at, coalesce(left_at, 'infinity') AS left_at FROM rastro.visit
    WHERE visit.device_id = due.device_id AND arrived_at < due.from_time
    ORDER BY arrived_at DESC LIMIT 1) AS visit ON true
  ORDER BY due.n)";

#define RASTRO_MS(column) "(extract(epoch FROM " column ") * 1000)::bigint"
constexpr const char* kReadStops =
    "SELECT due.n - 1, " RASTRO_MS("started_at") ", " RASTRO_MS("ended_at") R"(,
    ST_Y(position), ST_X(position), spread_m, fixes
  FROM unnest($1::bigint[], $2::timestamptz[]) WITH ORDINALITY AS due(device_id, from_time, n)
  JOIN rastro.stop ON stop.device_id = due.device_id AND started_at >= due.from_time
  ORDER BY due.n, started_at, settled_at)";
constexpr const char* kReadTrips =
    "SELECT due.n - 1, " RASTRO_MS("started_at") ", " RASTRO_MS("ended_at") R"(, reach_m
  FROM unnest($1::bigint[], $2::timestamptz[]) WITH ORDINALITY AS due(device_id, from_time, n)
  JOIN rastro.trip ON trip.device_id = due.device_id AND started_at >= due.from_time
  ORDER BY due.n, started_at, settled_at)";

constexpr const char* kDelete = R"(
  DELETE FROM rastro.visit USING unnest($1::bigint[], $2::timestamptz[]) AS due(device_id, from_time)
  WHERE visit.device_id = due.device_id AND arrived_at >= due.from_time)";

double get_number(const Rows& rows, int row, int column) {
  const std::string_view text = rows.text(row, column);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<std::int64_t> get_end(const Rows& rows, int row) {
  return rows.is_null(row, 2) ? std::nullopt : std::optional(rows.integer(row, 2));
}

struct Ways {
  std::vector<Stop> stops;
  std::vector<Trip> trips;
};

Result<std::vector<Ways>> read_ways(Connection& connection, std::size_t devices, const std::string& ids,
                                    const std::string& begins) {
  std::vector<Ways> ways(devices);
  const auto stops = connection.query(kReadStops, {ids, begins});
  if (!stops) return stops.error();
  for (int row = 0; row < stops->size(); ++row) {
    Stop& stop = ways[static_cast<std::size_t>(stops->integer(row, 0))].stops.emplace_back();
    stop.started_ms = stops->integer(row, 1);
    stop.ended_ms = get_end(*stops, row);
    stop.place = {get_number(*stops, row, 3), get_number(*stops, row, 4)};
    stop.spread_m = get_number(*stops, row, 5);
    stop.fixes = static_cast<std::uint32_t>(stops->integer(row, 6));
  }
  const auto trips = connection.query(kReadTrips, {ids, begins});
  if (!trips) return trips.error();
  for (int row = 0; row < trips->size(); ++row) {
    Trip& trip = ways[static_cast<std::size_t>(trips->integer(row, 0))].trips.emplace_back();
    trip.started_ms = trips->integer(row, 1);
    trip.ended_ms = get_end(*trips, row);
    trip.reach_m = get_number(*trips, row, 3);
  }
  return ways;
}

}  // namespace

Result<void> rewrite_visits(Connection& connection, std::span<const VisitsDue> due,
                            const tracking::ClientIndex& clients) {
  if (due.empty()) return {};
  std::string ids;
  std::string times;
  for (const VisitsDue& one : due) {
    append_array_element(std::to_string(one.head.device_id), ids);
    append_array_element(time_text(one.from_ms), times);
  }
  ids = finish_array(std::move(ids));
  const auto found = connection.query(kFindBegin, {ids, finish_array(std::move(times))});
  if (!found) return found.error();
  std::string begins;
  for (int row = 0; row < found->size(); ++row) append_array_element(found->text(row, 0), begins);
  begins = finish_array(std::move(begins));
  if (auto deleted = connection.query(kDelete, {ids, begins}); !deleted) return deleted.error();
  if (clients.size() == 0) return {};
  const auto ways = read_ways(connection, due.size(), ids, begins);
  if (!ways) return ways.error();
  CopyEncoder encoder;
  encoder.start();
  for (std::size_t i = 0; i < due.size(); ++i) {
    for (const tracking::Visit& visit : tracking::find_visits((*ways)[i].stops, (*ways)[i].trips, clients))
      append_row(due[i].head, visit, encoder);
  }
  return copy_encoded(connection, kCopyVisits, encoder);
}

}  // namespace rastro::postgis
