#include "pipeline/postgis/track_sql.h"

#include <array>

namespace rastro::postgis {
namespace {

// A whole number of seconds.
#define RASTRO_SECONDS(ms) "(" ms " + 500) / 1000"
#define RASTRO_LASTED(from, to) "date_part('epoch', " to " - " from ")::bigint"

// Which rows and where a page begins. $1, $2: the period; $3: the device or ''; $4, $5: time and device of
// the key; $6: rows of the key that were shown; $7: rows.
#define RASTRO_PAGE(table, time)                                                             \
  " WHERE " time " >= $1::timestamptz AND " time " < $2::timestamptz AND ($3 = '' OR " table \
  ".device_id = nullif($3, '')::bigint) AND (" time ", " table                               \
  ".device_id) >= ($4::timestamptz, $5::bigint)"

constexpr std::array kTripColumns = std::to_array<Column>({
    {"device_id"},
    {"started_at", ColumnKind::kTime},
    {"ended_at", ColumnKind::kTime},
    {"duration_s"},
    {"distance_m"},
    {"measured_m"},
    {"odometer_m"},
    {"reach_m"},
    {"max_speed_kmh"},
    {"standing_s"},
    {"overspeed_s"},
    {"ends_in_gap", ColumnKind::kFlag},
    {"from.latitude"},
    {"from.longitude"},
    {"to.latitude"},
    {"to.longitude"},
    {"parameters_id"},
});
constexpr const char* kTrips =
    "SELECT device_id, started_at, ended_at, " RASTRO_LASTED("started_at", "ended_at")
    ", distance_m, measured_m, odometer_m, reach_m, max_speed_kmh, " RASTRO_SECONDS("standing_ms") ", "
    RASTRO_SECONDS("overspeed_ms") ", ends_in_gap, ST_Y(from_position), ST_X(from_position), ST_Y(to_position), "
    "ST_X(to_position), parameters_id FROM rastro.trip" RASTRO_PAGE("trip", "started_at")
    " ORDER BY started_at, device_id, settled_at OFFSET $6 LIMIT $7";

constexpr std::array kStopColumns = std::to_array<Column>({
    {"device_id"},
    {"started_at", ColumnKind::kTime},
    {"ended_at", ColumnKind::kTime},
    {"duration_s"},
    {"latitude"},
    {"longitude"},
    {"idling_s"},
    {"fixes"},
    {"spread_m"},
    {"parameters_id"},
});
constexpr const char* kStops =
    "SELECT device_id, started_at, ended_at, " RASTRO_LASTED("started_at", "ended_at")
    ", ST_Y(position), ST_X(position), " RASTRO_SECONDS("idling_ms") ", fixes, spread_m, parameters_id "
    "FROM rastro.stop" RASTRO_PAGE("stop", "started_at")
    " ORDER BY started_at, device_id, settled_at OFFSET $6 LIMIT $7";

#define RASTRO_VISIT_COLUMNS                                                                           \
  {"device_id"}, {"client.id"}, {"client.uid_client", ColumnKind::kText},                              \
      {"client.company_name", ColumnKind::kText}, {"arrived_at", ColumnKind::kTime},                   \
      {"left_at", ColumnKind::kTime}, {"duration_s"}, {"latitude"}, {"longitude"}, {"confidence"},     \
      {"ambiguous", ColumnKind::kFlag}, {"runner_up.id"}, {"runner_up.uid_client", ColumnKind::kText}, \
      {"runner_up.company_name", ColumnKind::kText}, {"runner_up.confidence"}, {                       \
    "runner_up.distance_m"                                                                             \
  }
#define RASTRO_VISIT_VALUES \
  "v.device_id, v.client_id, c.uid_client, c.company_name, arrived_at, left_at, " RASTRO_LASTED("arrived_at", "left_at") \
  ", ST_Y(v.position), ST_X(v.position), confidence, ambiguous, runner_up_client_id, r.uid_client, r.company_name, "     \
  "runner_up_confidence, runner_up_distance_m"
// $8: the client or ''.
#define RASTRO_VISIT_TABLES                                                                            \
  " FROM rastro.visit v LEFT JOIN rastro.client c ON c.id = v.client_id LEFT JOIN rastro.client r ON " \
  "r.id = v.runner_up_client_id"
#define RASTRO_VISIT_PAGE                                                                                    \
  RASTRO_PAGE("v", "arrived_at")                                                                             \
  " AND ($8 = '' OR v.client_id = nullif($8, '')::bigint) ORDER BY arrived_at, v.device_id OFFSET $6 LIMIT " \
  "$7"

constexpr std::array kVisitColumns = std::to_array<Column>({RASTRO_VISIT_COLUMNS});
constexpr const char* kVisits = "SELECT " RASTRO_VISIT_VALUES RASTRO_VISIT_TABLES RASTRO_VISIT_PAGE;

constexpr std::array kExplainedVisitColumns = std::to_array<Column>({
    RASTRO_VISIT_COLUMNS,
    {"explanation.why", ColumnKind::kText},
    {"explanation.distance_m"},
    {"explanation.spread_m"},
    {"explanation.stops"},
    {"explanation.fixes"},
    {"explanation.rule", ColumnKind::kJson},
    {"explanation.parameters_id"},
    {"explanation.parameters", ColumnKind::kJson},
});
// The rule is the one that the visit was found by: client_applied, not what the client may be since.
constexpr const char* kExplainedVisits =
    "SELECT " RASTRO_VISIT_VALUES
    ", why || CASE WHEN runner_up_client_id IS NULL THEN '' WHEN ambiguous THEN "
    "format('; it cannot be told from %s, %s m away', coalesce(r.company_name, 'a client that was removed'), "
    "round(runner_up_distance_m::numeric)) ELSE format('; likelier than %s, %s m away', "
    "coalesce(r.company_name, 'a client that was removed'), round(runner_up_distance_m::numeric)) END, "
    "v.distance_m, v.spread_m, v.stops, v.fixes, "
    "CASE WHEN a.client_id IS NULL THEN NULL WHEN a.area IS NULL THEN jsonb_build_object('radius_m', "
    "a.radius_m, "
    "'min_visit_s', a.min_visit_s) ELSE jsonb_build_object('area', true, 'min_visit_s', a.min_visit_s) END, "
    "v.parameters_id, p.parameters" RASTRO_VISIT_TABLES
    " LEFT JOIN rastro.client_applied a ON a.client_id = v.client_id "
    "LEFT JOIN rastro.tracking_parameters p ON p.id = v.parameters_id, "
    "LATERAL (SELECT format('%s at rest in %s, %s m from the point of %s, by %s', "
    "CASE v.stops WHEN 1 THEN '1 stop' ELSE format('%s stops', v.stops) END, "
    "CASE WHEN a.area IS NULL THEN format('its circle of %s m', coalesce(a.radius_m, c.radius_m)) ELSE 'its "
    "area' END, "
    "round(v.distance_m::numeric), coalesce(c.company_name, 'a client that was removed'), "
    "CASE v.fixes WHEN 1 THEN '1 fix' ELSE format('%s fixes', v.fixes) END) AS why) AS w" RASTRO_VISIT_PAGE;

// persat-api.md 2.3. $1: the device; $2, $3: the period.
constexpr std::array kEndedVisitColumns = std::to_array<Column>({
    {"device_id"},
    {"date", ColumnKind::kTime},
    {"duration"},
    {"client.uid_client", ColumnKind::kText},
    {"client.company_name", ColumnKind::kText},
});
constexpr const char* kEndedVisits = R"(
  SELECT v.device_id, arrived_at, round(extract(epoch FROM left_at - arrived_at) * 1000)::bigint, c.uid_client,
    c.company_name
  FROM rastro.visit v JOIN rastro.client c ON c.id = v.client_id
  WHERE v.device_id = $1::bigint AND arrived_at >= $2::timestamptz AND arrived_at < $3::timestamptz
    AND left_at IS NOT NULL
  ORDER BY arrived_at DESC)";

#define RASTRO_STATISTICS_COLUMNS                                                                      \
  {"days"}, {"distance_m"}, {"driving_s"}, {"standing_s"}, {"idling_s"}, {"stopped_s"}, {"unknown_s"}, \
      {"engine_s"}, {"overspeed_s"}, {"max_speed_kmh"}, {"trips"}, {"stops"},                          \
      {"first_movement_at", ColumnKind::kTime}, {                                                      \
    "last_movement_at", ColumnKind::kTime                                                              \
  }
#define RASTRO_SUM_SECONDS(column) RASTRO_SECONDS("sum(" column ")::bigint")
// A decimetre: what floating point makes of the order in which rows are added is none of the answer.
#define RASTRO_STATISTICS_VALUES \
  "count(s.day), round(sum(distance_m)::numeric, 1), " RASTRO_SUM_SECONDS("driving_ms") ", "                 \
  RASTRO_SUM_SECONDS("standing_ms") ", " RASTRO_SUM_SECONDS("idling_ms") ", "                                \
  RASTRO_SUM_SECONDS("stopped_ms") ", " RASTRO_SUM_SECONDS("unknown_ms") ", "                                \
  RASTRO_SUM_SECONDS("engine_ms") ", " RASTRO_SUM_SECONDS("overspeed_ms")                                    \
  ", max(max_speed_kmh), sum(trips), sum(stops), min(first_movement_at), max(last_movement_at)"
// $1, $2: days; $3: day, week or month.
#define RASTRO_PERIOD(day) "greatest(date_trunc($3, " day ")::date, $1::date)"

constexpr std::array kStatisticsColumns = std::to_array<Column>({
    {"from", ColumnKind::kText},
    {"to", ColumnKind::kText},
    {"devices"},
    RASTRO_STATISTICS_COLUMNS,
});
// $4: the device or ''.
constexpr const char* kStatistics =
    "WITH chosen AS (SELECT * FROM rastro.day_statistics WHERE day BETWEEN $1::date AND $2::date AND "
    "($4 = '' OR device_id = nullif($4, '')::bigint)), "
    "per_day AS (SELECT day, sum(distance_m) AS distance_m, sum(driving_ms) AS driving_ms, "
    "sum(standing_ms) AS standing_ms, sum(idling_ms) AS idling_ms, sum(stopped_ms) AS stopped_ms, "
    "sum(unknown_ms) AS unknown_ms, sum(engine_ms) AS engine_ms, sum(overspeed_ms) AS overspeed_ms, "
    "max(max_speed_kmh) AS max_speed_kmh, sum(trips) AS trips, sum(stops) AS stops, "
    "min(first_movement_at) AS first_movement_at, max(last_movement_at) AS last_movement_at "
    "FROM chosen GROUP BY day), "
    "per_period AS (SELECT period, count(*) AS devices FROM (SELECT DISTINCT " RASTRO_PERIOD(
        "day") " AS period, device_id FROM chosen) AS seen GROUP BY period) "
    "SELECT " RASTRO_PERIOD("d.day") ", max(d.day)::date, coalesce(max(devices), 0), " RASTRO_STATISTICS_VALUES
    " FROM generate_series($1::date, $2::date, '1 day') AS d(day) LEFT JOIN per_day AS s ON s.day = d.day::date "
    "LEFT JOIN per_period ON period = " RASTRO_PERIOD("d.day") " GROUP BY 1 ORDER BY 1";

constexpr std::array kDeviceStatisticsColumns = std::to_array<Column>({
    {"from", ColumnKind::kText},
    {"device_id"},
    RASTRO_STATISTICS_COLUMNS,
});
// $4, $5: day and device of the key; $6: rows.
constexpr const char* kDeviceStatistics = "SELECT " RASTRO_PERIOD(
    "day") " AS period, device_id, " RASTRO_STATISTICS_VALUES
           " FROM rastro.day_statistics AS s WHERE day BETWEEN $1::date AND $2::date AND day >= $4::date "
           "GROUP BY 1, 2 HAVING (" RASTRO_PERIOD(
               "day") ", device_id) > ($4::date, $5::bigint) ORDER BY 1, 2 LIMIT $6";

// persat-api.md 2.2, whose fields are not public: ours. $1: the device; $2, $3: days.
constexpr std::array kSummaryColumns = std::to_array<Column>({
    {"device_id"},
    {"date", ColumnKind::kText},
    {"kilometers"},
    {"max_speed"},
    {"driving_time"},
    {"standing_time"},
    {"stopped_time"},
    {"idling_time"},
    {"engine_time"},
    {"unknown_time"},
    {"trips"},
    {"stops"},
    {"first_movement", ColumnKind::kTime},
    {"last_movement", ColumnKind::kTime},
});
constexpr const char* kSummaries = R"(
  SELECT device_id, day, round((distance_m / 1000)::numeric, 3), max_speed_kmh, driving_ms, standing_ms, stopped_ms,
    idling_ms, engine_ms, unknown_ms, trips, stops, first_movement_at, last_movement_at
  FROM rastro.day_statistics WHERE device_id = $1::bigint AND day BETWEEN $2::date AND $3::date ORDER BY day)";

constexpr std::array kPlanColumns = std::to_array<Column>({
    {"state", ColumnKind::kText},
    {"client.id"},
    {"client.uid_client", ColumnKind::kText},
    {"client.company_name", ColumnKind::kText},
    {"window.from", ColumnKind::kTime},
    {"window.to", ColumnKind::kTime},
    {"visit.device_id"},
    {"visit.arrived_at", ColumnKind::kTime},
    {"visit.left_at", ColumnKind::kTime},
    {"visit.confidence"},
    {"visit.ambiguous", ColumnKind::kFlag},
});
// $1: the day; $2: its time zone; $3: now; $4: a state or ''; $5: rows to pass over; $6: rows. A visit
// belongs to the window of its client that is nearest to its arrival.
constexpr const char* kPlan = R"(
  WITH visits AS (
    SELECT * FROM rastro.visit
    WHERE arrived_at >= $1::timestamp AT TIME ZONE $2 AND arrived_at < ($1::timestamp + interval '1 day') AT TIME ZONE $2
  ), due AS (
    SELECT c.id AS client_id, n, ($1::timestamp + (w->>'from')::integer * interval '1 minute') AT TIME ZONE $2 AS from_at,
      ($1::timestamp + (w->>'to')::integer * interval '1 minute') AT TIME ZONE $2 AS to_at
    FROM rastro.client c, jsonb_array_elements(time_windows) WITH ORDINALITY AS t(w, n)
    WHERE coalesce(w->'days', '[]') = '[]' OR w->'days' ? to_char($1::date, 'FMday')
  ), made AS (
    SELECT DISTINCT ON (v.device_id, v.arrived_at) v.*, n
    FROM visits v LEFT JOIN due ON due.client_id = v.client_id
    ORDER BY v.device_id, v.arrived_at, greatest(from_at - arrived_at, arrived_at - to_at, interval '0'), n
  ), rows AS (
    SELECT CASE WHEN n IS NULL THEN 'unplanned' WHEN arrived_at < from_at THEN 'early' WHEN arrived_at > to_at THEN 'late'
        WHEN arrived_at IS NOT NULL THEN 'on_time' WHEN to_at > $3::timestamptz THEN 'due' ELSE 'not_visited' END AS state,
      client_id, n, from_at, to_at, device_id, arrived_at, left_at, confidence, ambiguous
    FROM due FULL JOIN made USING (client_id, n))
  SELECT state, client_id, c.uid_client, c.company_name, from_at, to_at, device_id, arrived_at, left_at, confidence,
    ambiguous
  FROM rows LEFT JOIN rastro.client c ON c.id = client_id WHERE $4 = '' OR state = $4
  ORDER BY client_id, n, arrived_at, device_id OFFSET $5 LIMIT $6)";

constexpr std::array kTrackColumns = std::to_array<Column>({
    {"started_at", ColumnKind::kTime},
    {"ended_at", ColumnKind::kTime},
    {"fixes"},
    {"points"},
    {"geometry", ColumnKind::kJson},
    {"times_ms", ColumnKind::kJson},
});
// $1: the device; $2, $3: the period; $4: metres; $5: fixes. The metres of the map projection grow with the
// latitude.
constexpr const char* kTrack = R"(
  WITH silence AS (
    SELECT coalesce((SELECT (parameters->>'max_gap_s')::integer FROM rastro.tracking_state JOIN rastro.tracking_parameters
                       ON id = parameters_id WHERE device_id = $1::bigint), 1800) * interval '1 second' AS longest
  ), fixes AS (
    SELECT fix_time, record_hash, position FROM rastro.fix AS f
    WHERE device_id = $1::bigint AND fix_time >= $2::timestamptz AND fix_time < $3::timestamptz AND valid
      AND position IS NOT NULL AND NOT EXISTS (
        SELECT FROM rastro.fix_set_aside AS a
        WHERE a.device_id = f.device_id AND a.fix_time = f.fix_time AND a.record_hash = f.record_hash)
    ORDER BY fix_time, record_hash LIMIT $5
  ), marked AS (
    SELECT *, fix_time - lag(fix_time) OVER (ORDER BY fix_time, record_hash) > longest AS apart FROM fixes, silence
  ), numbered AS (
    SELECT *, count(*) FILTER (WHERE apart) OVER (ORDER BY fix_time, record_hash) AS part FROM marked
  ), lines AS (
    SELECT min(fix_time) AS started_at, max(fix_time) AS ended_at, count(*) AS fixes,
      json_agg((extract(epoch FROM fix_time) * 1000)::bigint ORDER BY fix_time, record_hash) AS times,
      ST_MakeLine(ST_SetSRID(ST_MakePointM(ST_X(position), ST_Y(position), extract(epoch FROM fix_time) * 1000), 4326)
                  ORDER BY fix_time, record_hash) AS line
    FROM numbered GROUP BY part
  ), simple AS (
    SELECT started_at, ended_at, fixes, times, CASE WHEN $4::float8 = 0 OR fixes < 3 THEN line ELSE
      ST_Transform(ST_Simplify(ST_Transform(line, 3857), $4::float8 / cos(radians(ST_Y(ST_StartPoint(line)))), true), 4326)
      END AS line
    FROM lines)
  SELECT started_at, ended_at, fixes, ST_NPoints(line),
    ST_AsGeoJSON(ST_Force2D(CASE WHEN fixes = 1 THEN ST_PointN(line, 1) ELSE line END), 7),
    CASE WHEN ST_NPoints(line) = fixes THEN times ELSE
      (SELECT json_agg(round(ST_M(geom))::bigint ORDER BY path) FROM ST_DumpPoints(line)) END
  FROM simple ORDER BY started_at)";

// $1, $2, $3: the tile; $4, $5: the period; $6: the device or ''; $7: lines, the newest of more.
constexpr const char* kTile = R"(
  WITH bounds AS (
    SELECT ST_TileEnvelope($1::integer, $2::integer, $3::integer) AS web,
      ST_Transform(ST_TileEnvelope($1::integer, $2::integer, $3::integer), 4326) AS world
  ), lines AS (
    SELECT device_id, (extract(epoch FROM started_at) * 1000)::bigint AS started_ms,
      (extract(epoch FROM ended_at) * 1000)::bigint AS ended_ms, distance_m, max_speed_kmh,
      ST_AsMVTGeom(ST_Transform(line, 3857), web) AS geom
    FROM rastro.trip, bounds
    WHERE line && world AND started_at >= $4::timestamptz AND started_at < $5::timestamptz
      AND ($6 = '' OR device_id = nullif($6, '')::bigint)
    ORDER BY started_at DESC, device_id LIMIT $7)
  SELECT encode(ST_AsMVT(lines.*, 'tracks', 4096, 'geom'), 'hex') FROM lines WHERE geom IS NOT NULL)";

}  // namespace

constinit const TrackSql kTripsSql{kTrips, kTripColumns};
constinit const TrackSql kStopsSql{kStops, kStopColumns};
constinit const TrackSql kVisitsSql{kVisits, kVisitColumns};
constinit const TrackSql kExplainedVisitsSql{kExplainedVisits, kExplainedVisitColumns};
constinit const TrackSql kEndedVisitsSql{kEndedVisits, kEndedVisitColumns};
constinit const TrackSql kSummariesSql{kSummaries, kSummaryColumns};
constinit const TrackSql kStatisticsSql{kStatistics, kStatisticsColumns};
constinit const TrackSql kDeviceStatisticsSql{kDeviceStatistics, kDeviceStatisticsColumns};
constinit const TrackSql kPlanSql{kPlan, kPlanColumns};
constinit const TrackSql kTrackSql{kTrack, kTrackColumns};
constinit const char* const kTileSql = kTile;

}  // namespace rastro::postgis
