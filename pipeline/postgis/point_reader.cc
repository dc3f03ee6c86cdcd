#include "pipeline/postgis/point_reader.h"

#include <algorithm>
#include <charconv>

#include "pipeline/postgis/batch.h"
#include "pipeline/postgis/time_text.h"

namespace rastro::postgis {
namespace {

using tracking::Point;

// For each stretch one descent into the index, in the partitions that its times touch.
constexpr const char* kRead = R"(
  SELECT stretch.n - 1, (extract(epoch FROM fix_time) * 1000)::bigint, record_hash,
    valid AND position IS NOT NULL AND fix_time <= received_at + $6::bigint * interval '1 millisecond',
    ST_Y(position), ST_X(position), speed_kmh, course_deg, attributes->>'ignition', attributes->>'odometer_m'
  FROM unnest($1::bigint[], $2::timestamptz[], $3::bigint[], $4::timestamptz[]) WITH ORDINALITY
    AS stretch(device_id, after_time, after_hash, until_time, n)
  CROSS JOIN LATERAL (
    SELECT * FROM rastro.fix
    WHERE fix.device_id = stretch.device_id AND fix_time >= stretch.after_time AND fix_time <= stretch.until_time
      AND (fix_time, record_hash) > (stretch.after_time, stretch.after_hash)
    ORDER BY fix_time, record_hash LIMIT $5) AS fix)";

constexpr std::uint64_t kHighestBit = 1ULL << 63;

template <typename Number>
std::optional<Number> get_number(const Rows& rows, int row, int column) {
  const std::string_view text = rows.text(row, column);
  Number value{};
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() ? std::optional(value) : std::nullopt;
}

Point get_point(const Rows& rows, int row) {
  Point point;
  point.time_ms = rows.integer(row, 1);
  point.record_hash = key_hash(rows.integer(row, 2));
  point.valid = rows.text(row, 3) == "t";
  point.place.latitude_deg = get_number<double>(rows, row, 4).value_or(0);
  point.place.longitude_deg = get_number<double>(rows, row, 5).value_or(0);
  point.speed_kmh = get_number<float>(rows, row, 6);
  point.course_deg = get_number<float>(rows, row, 7);
  if (!rows.is_null(row, 8)) point.ignition = rows.text(row, 8) == "true";
  point.odometer_m = get_number<std::uint64_t>(rows, row, 9);
  return point;
}

}  // namespace

std::int64_t stored_hash(std::uint64_t key_hash) { return static_cast<std::int64_t>(key_hash ^ kHighestBit); }
std::uint64_t key_hash(std::int64_t stored_hash) {
  return static_cast<std::uint64_t>(stored_hash) ^ kHighestBit;
}

Result<std::vector<std::vector<Point>>> read_points(Connection& connection,
                                                    std::span<const Stretch> stretches, std::uint32_t limit) {
  std::string devices;
  std::string times;
  std::string hashes;
  std::string ends;
  for (const Stretch& stretch : stretches) {
    append_array_element(std::to_string(stretch.device_id), devices);
    append_array_element(time_text(std::max(stretch.after.time_ms, kFirstTextMs)), times);
    append_array_element(std::to_string(stored_hash(stretch.after.record_hash)), hashes);
    append_array_element(time_text(std::min(stretch.until_ms, kEndTextMs - 1)), ends);
  }
  const auto rows = connection.query(kRead, {finish_array(std::move(devices)), finish_array(std::move(times)),
                                             finish_array(std::move(hashes)), finish_array(std::move(ends)),
                                             std::to_string(limit), std::to_string(kMaxClockAheadMs)});
  if (!rows) return rows.error();
  std::vector<std::vector<Point>> points(stretches.size());
  for (int row = 0; row < rows->size(); ++row)
    points[static_cast<std::size_t>(rows->integer(row, 0))].push_back(get_point(*rows, row));
  // The server has cut each list by this order; that it also gives the lists in it is only its habit.
  for (std::vector<Point>& list : points) std::ranges::sort(list, {}, tracking::key_of);
  return points;
}

}  // namespace rastro::postgis
