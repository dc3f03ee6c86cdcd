#include "pipeline/postgis/track_report.h"

namespace rastro::postgis {
namespace {

struct Query {
  std::vector<std::string_view> columns;
  const char* sql;
};

// Parameters: device, first day, day behind the last, time zone.
#define RASTRO_LOCAL(time) "to_char(" time " AT TIME ZONE $4, 'YYYY-MM-DD HH24:MI:SS')"
#define RASTRO_PERIOD(time) \
  time " >= ($2::date::timestamp AT TIME ZONE $4) AND " time " < ($3::date::timestamp AT TIME ZONE $4)"
#define RASTRO_MINUTES(ms) "round(" ms " / 60000.0, 1)"

constexpr const char* kDays =
    "SELECT day, round((distance_m / 1000)::numeric, 3), " RASTRO_MINUTES("driving_ms") ", " RASTRO_MINUTES(
        "standing_ms") ", " RASTRO_MINUTES("stopped_ms") ", " RASTRO_MINUTES("idling_ms") ", " RASTRO_MINUTES(
        "unknown_ms") ", " RASTRO_MINUTES("engine_ms") ", " RASTRO_MINUTES("overspeed_ms") ", max_speed_kmh, "
    "trips, stops, " RASTRO_LOCAL("first_movement_at") ", " RASTRO_LOCAL("last_movement_at") " "
    "FROM rastro.day_statistics WHERE device_id = $1 AND day >= $2::date AND day < $3::date AND $4::text IS NOT NULL "
    "ORDER BY day";
constexpr const char* kTrips =
    "SELECT " RASTRO_LOCAL("started_at") ", " RASTRO_LOCAL("ended_at") ", "
    "round((distance_m / 1000)::numeric, 3), round((extract(epoch FROM ended_at - started_at) / 60)::numeric, 1), "
    "max_speed_kmh, ST_Y(from_position), ST_X(from_position), ST_Y(to_position), ST_X(to_position), ends_in_gap "
    "FROM rastro.trip WHERE device_id = $1 AND " RASTRO_PERIOD("started_at") " ORDER BY started_at, settled_at";
constexpr const char* kVisits =
    "SELECT " RASTRO_LOCAL("arrived_at") ", " RASTRO_LOCAL("left_at") ", "
    "round((extract(epoch FROM left_at - arrived_at) / 60)::numeric, 1), coalesce(client.uid_client, ''), "
    "client.company_name, round(confidence::numeric, 2), round(distance_m::numeric), "
    "CASE WHEN ambiguous THEN other.company_name END "
    "FROM rastro.visit LEFT JOIN rastro.client ON client.id = client_id "
    "LEFT JOIN rastro.client AS other ON other.id = runner_up_client_id "
    "WHERE device_id = $1 AND " RASTRO_PERIOD("arrived_at") " ORDER BY arrived_at";

Query query_of(ReportKind kind) {
  switch (kind) {
    case ReportKind::kDays:
      return {{"day", "km", "driving_min", "standing_min", "stopped_min", "idling_min", "unknown_min",
               "engine_min", "overspeed_min", "max_kmh", "trips", "stops", "first_movement", "last_movement"},
              kDays};
    case ReportKind::kTrips:
      return {{"started", "ended", "km", "minutes", "max_kmh", "from_latitude", "from_longitude",
               "to_latitude", "to_longitude", "ends_in_gap"},
              kTrips};
    case ReportKind::kVisits:
      break;
  }
  return {{"arrived", "left", "minutes", "uid_client", "client", "confidence", "distance_m", "or_client"},
          kVisits};
}

}  // namespace

Result<Report> read_report(const std::string& url, ReportKind kind, std::int64_t device_id,
                           const ReportPeriod& period, const std::string& time_zone) {
  Result<Connection> connection = Connection::open(url);
  if (!connection) return connection.error();
  const Query query = query_of(kind);
  const auto rows =
      connection->query(query.sql, {std::to_string(device_id), period.from, period.to, time_zone});
  if (!rows) return rows.error();
  Report report{query.columns, {}};
  for (int row = 0; row < rows->size(); ++row) {
    auto& texts = report.rows.emplace_back();
    for (int column = 0; column < static_cast<int>(query.columns.size()); ++column)
      texts.emplace_back(rows->text(row, column));
  }
  return report;
}

}  // namespace rastro::postgis
