#include "pipeline/postgis/applied_clients.h"

#include <charconv>

namespace rastro::postgis {
namespace {

constexpr const char* kHold = "SELECT version FROM rastro.client_applied_version FOR SHARE";
constexpr const char* kLock = "SELECT version FROM rastro.client_applied_version FOR UPDATE";
constexpr const char* kStep = "UPDATE rastro.client_applied_version SET version = version + 1";

constexpr const char* kRead =
    "SELECT client_id, ST_Y(position), ST_X(position), radius_m, min_visit_s FROM rastro.client_applied "
    "ORDER BY client_id";

constexpr const char* kReadAreas = R"(
  SELECT client_id, corner.path[1], corner.path[2], ST_Y(corner.geom), ST_X(corner.geom)
  FROM rastro.client_applied, ST_DumpPoints(area) AS corner WHERE area IS NOT NULL
  ORDER BY client_id, corner.path)";

// In a table of the session's own, so that what is compared and what is applied are the same.
constexpr const char* kCompare = R"(
  CREATE TEMP TABLE IF NOT EXISTS client_now (LIKE rastro.client_applied, changed boolean) ON COMMIT DELETE ROWS;
  INSERT INTO pg_temp.client_now
  SELECT now.*, (now.*) IS DISTINCT FROM (applied.*)
  FROM (SELECT id AS client_id, position, radius_m, area, min_visit_s FROM rastro.client) AS now
  LEFT JOIN rastro.client_applied AS applied USING (client_id))";

// The squares about what clients are and were, with room for the margin within which a stop may be a visit.
// Beyond 180 degrees they go on at the other end.
constexpr const char* kNoteDue = R"(
  WITH place AS (
    SELECT position, radius_m, area FROM pg_temp.client_now WHERE changed
    UNION ALL
    SELECT position, radius_m, area FROM rastro.client_applied AS was
    WHERE NOT EXISTS (SELECT FROM pg_temp.client_now AS now WHERE now.client_id = was.client_id AND NOT changed)
  ), square AS (
    SELECT ST_Expand(ST_Envelope(coalesce(area, position)), reach_deg / greatest(cos(radians(ST_Y(position))), 0.01),
                     reach_deg) AS square
    FROM place, LATERAL (SELECT (CASE WHEN area IS NULL THEN radius_m ELSE 0 END + $1::float8) / 110000 AS reach_deg) AS r
  ), around AS (
    SELECT square FROM square
    UNION ALL SELECT ST_Translate(square, -360, 0) FROM square WHERE ST_XMax(square) > 180
    UNION ALL SELECT ST_Translate(square, 360, 0) FROM square WHERE ST_XMin(square) < -180
  )
  INSERT INTO rastro.visit_due (device_id, from_time)
  SELECT stop.device_id, min(stop.started_at) FROM around JOIN rastro.stop ON stop.position && around.square
  GROUP BY stop.device_id ORDER BY stop.device_id
  ON CONFLICT (device_id) DO UPDATE SET from_time = least(visit_due.from_time, excluded.from_time))";

constexpr const char* kTakeOver = R"(
  DELETE FROM rastro.client_applied AS was
  WHERE NOT EXISTS (SELECT FROM pg_temp.client_now AS now WHERE now.client_id = was.client_id AND NOT changed);
  INSERT INTO rastro.client_applied
  SELECT client_id, position, radius_m, area, min_visit_s FROM pg_temp.client_now WHERE changed)";

constexpr const char* kAnyDifference = R"(
  SELECT EXISTS (SELECT FROM pg_temp.client_now WHERE changed)
    OR (SELECT count(*) FROM pg_temp.client_now) <> (SELECT count(*) FROM rastro.client_applied))";

double get_number(const Rows& rows, int row, int column) {
  const std::string_view text = rows.text(row, column);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The rings of all polygons, one behind the other. `clients` go by id.
Result<void> read_areas(Connection& connection, std::vector<tracking::Client>& clients) {
  const auto rows = connection.run(kReadAreas);
  if (!rows) return rows.error();
  auto client = clients.begin();
  for (int row = 0; row < rows->size(); ++row) {
    while (client->id != rows->integer(row, 0)) ++client;
    const bool same_ring = row > 0 && rows->text(row, 0) == rows->text(row - 1, 0) &&
                           rows->text(row, 1) == rows->text(row - 1, 1) &&
                           rows->text(row, 2) == rows->text(row - 1, 2);
    if (!same_ring) client->area.emplace_back();
    client->area.back().push_back({get_number(*rows, row, 3), get_number(*rows, row, 4)});
  }
  return {};
}

}  // namespace

Result<bool> AppliedClients::apply(Connection& connection) {
  if (auto locked = connection.run(kLock); !locked) return locked.error();
  if (auto compared = connection.run(kCompare); !compared) return compared.error();
  const auto any = connection.run(kAnyDifference);
  if (!any) return any.error();
  if (any->text(0, 0) != "t") return false;
  const std::string margin = std::to_string(tracking::ClientIndex::kMostMarginM);
  if (auto noted = connection.query(kNoteDue, {margin}); !noted) return noted.error();
  if (auto taken = connection.run(kTakeOver); !taken) return taken.error();
  if (auto stepped = connection.run(kStep); !stepped) return stepped.error();
  return true;
}

Result<void> AppliedClients::hold(Connection& connection) {
  const auto version = connection.run(kHold);
  if (!version) return version.error();
  if (version->integer(0, 0) == version_) return {};
  const auto rows = connection.run(kRead);
  if (!rows) return rows.error();
  std::vector<tracking::Client> clients(static_cast<std::size_t>(rows->size()));
  for (int row = 0; row < rows->size(); ++row) {
    tracking::Client& client = clients[static_cast<std::size_t>(row)];
    client.id = rows->integer(row, 0);
    client.place = {get_number(*rows, row, 1), get_number(*rows, row, 2)};
    client.radius_m = get_number(*rows, row, 3);
    client.min_visit_s = static_cast<std::int32_t>(rows->integer(row, 4));
  }
  if (auto read = read_areas(connection, clients); !read) return read.error();
  index_ = tracking::ClientIndex(std::move(clients));
  version_ = version->integer(0, 0);
  return {};
}

}  // namespace rastro::postgis
