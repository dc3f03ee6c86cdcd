#include "pipeline/postgis/fix_reader.h"

#include "pipeline/postgis/time_text.h"

namespace rastro::postgis {
namespace {

// The bounds as timestamps, so that only the partitions that they touch are planned for.
constexpr const char* kRead = R"(
  SELECT (extract(epoch FROM fix_time) * 1000)::bigint, (extract(epoch FROM received_at) * 1000)::bigint, valid,
         ST_Y(position), ST_X(position), altitude_m, speed_kmh, course_deg, satellites, attributes, record_hash
  FROM rastro.fix
  WHERE device_id = $1 AND fix_time >= $2::timestamptz AND fix_time < $3::timestamptz
  ORDER BY fix_time, record_hash LIMIT $4)";

std::optional<double> get_number(const Rows& rows, int row, int column) {
  return rows.is_null(row, column) ? std::nullopt : std::optional(rows.number(row, column));
}

StoredFix get_fix(const Rows& rows, int row) {
  StoredFix fix;
  fix.time_ms = rows.integer(row, 0);
  fix.received_ms = rows.integer(row, 1);
  fix.valid = rows.text(row, 2) == "t";
  fix.latitude_deg = get_number(rows, row, 3);
  fix.longitude_deg = get_number(rows, row, 4);
  fix.altitude_m = get_number(rows, row, 5);
  fix.speed_kmh = get_number(rows, row, 6);
  fix.course_deg = get_number(rows, row, 7);
  if (!rows.is_null(row, 8)) fix.satellites = static_cast<int>(rows.integer(row, 8));
  fix.attributes = rows.text(row, 9);
  fix.record_hash = static_cast<std::uint64_t>(rows.integer(row, 10));
  return fix;
}

}  // namespace

Result<std::vector<StoredFix>> FixReader::read(std::int64_t device_id, std::int64_t from_ms,
                                               std::int64_t to_ms, std::uint32_t limit) {
  if (!connection_ || connection_->lost()) {
    connection_.reset();
    Result<Connection> opened = Connection::open(url_);
    if (!opened) return opened.error();
    connection_ = std::move(*opened);
  }
  const auto rows = connection_->query(
      kRead, {std::to_string(device_id), time_text(from_ms), time_text(to_ms), std::to_string(limit)});
  if (!rows) return rows.error();
  std::vector<StoredFix> fixes;
  fixes.reserve(static_cast<std::size_t>(rows->size()));
  for (int row = 0; row < rows->size(); ++row) fixes.push_back(get_fix(*rows, row));
  return fixes;
}

}  // namespace rastro::postgis
