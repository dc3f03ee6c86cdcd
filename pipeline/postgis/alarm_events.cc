#include "pipeline/postgis/alarm_events.h"

#include "pipeline/postgis/time_text.h"
#include "schema/json.h"

namespace rastro::postgis {
namespace {

constexpr const char* kNote = R"(
  SELECT rastro.note_event('alarm', hash::text, at, at, at, device_id, data)
  FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::jsonb[]) AS fix(device_id, hash, at, data)
  JOIN (SELECT rastro.events_since() AS oldest OFFSET 0) AS recent ON at >= oldest
  ORDER BY at, device_id)";

std::string data_of(const Fix& fix) {
  std::string data = "{\"alarms\":[";
  for (std::size_t i = 0; i < kAlarmCount; ++i) {
    if (!fix.alarms.test(i)) continue;
    if (data.back() != '[') data += ',';
    append_json_string(alarm_name(static_cast<Alarm>(i)), data);
  }
  data += "],\"fix_time\":\"";
  append_iso8601(fix.time_ms, data);
  data += fix.valid ? "\",\"valid\":true" : "\",\"valid\":false";
  const auto append = [&data](std::string_view name, double value) {
    data.append(",\"").append(name).append("\":");
    append_json_number(value, data);
  };
  if (usable_place(fix.latitude_deg, fix.longitude_deg)) {
    append("latitude", fix.latitude_deg);
    append("longitude", fix.longitude_deg);
  }
  if (fix.speed_kmh) append("speed_kmh", *fix.speed_kmh);
  return data + "}";
}

}  // namespace

Result<void> note_alarms(Connection& connection, std::span<const FixRow> fixes) {
  std::string devices;
  std::string hashes;
  std::string times;
  std::string contents;
  for (const FixRow& row : fixes) {
    if (row.fix->alarms.none()) continue;
    append_array_element(std::to_string(row.device_id), devices);
    append_array_element(std::to_string(static_cast<std::int64_t>(row.fix->record_hash)), hashes);
    append_array_element(time_text(row.fix->time_ms), times);
    append_array_element(data_of(*row.fix), contents);
  }
  if (devices.empty()) return {};
  const auto noted =
      connection.query(kNote, {finish_array(std::move(devices)), finish_array(std::move(hashes)),
                               finish_array(std::move(times)), finish_array(std::move(contents))});
  if (!noted) return noted.error();
  return {};
}

}  // namespace rastro::postgis
