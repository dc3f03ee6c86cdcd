#include "pipeline/postgis/persat_devices.h"

#include "schema/json.h"

namespace rastro::postgis {
namespace {

// $1: the whole list.
constexpr const char* kReplace = R"(
  WITH told AS (
    SELECT DISTINCT ON (id) * FROM jsonb_to_recordset($1::jsonb) AS t(id bigint, type text, serial_number text,
      first_name text, last_name text, working_zones jsonb, working_hours jsonb) ORDER BY id
  ), gone AS (
    DELETE FROM rastro.persat_device AS p WHERE NOT EXISTS (SELECT FROM told WHERE told.id = p.id) RETURNING id
  ), here AS (
    INSERT INTO rastro.persat_device AS p
    SELECT id, type, serial_number, first_name, last_name, working_zones, working_hours FROM told
    ON CONFLICT (id) DO UPDATE SET type = EXCLUDED.type, serial_number = EXCLUDED.serial_number,
      first_name = EXCLUDED.first_name, last_name = EXCLUDED.last_name, working_zones = EXCLUDED.working_zones,
      working_hours = EXCLUDED.working_hours
    WHERE (p.*) IS DISTINCT FROM (EXCLUDED.*)
    RETURNING id
  )
  SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM here))";
constexpr const char* kDevices =
    "SELECT id, type, serial_number, first_name, last_name, working_zones, working_hours "
    "FROM rastro.persat_device ORDER BY id";
constexpr const char* kTrackers =
    "SELECT imei, name, persat_device_id, coalesce(persat_match, '') FROM rastro.device "
    "WHERE status <> 'disabled' ORDER BY imei";
constexpr const char* kMatch = R"(
  UPDATE rastro.device AS d SET persat_device_id = m.id, persat_match = nullif(m.match, ''), persat_ambiguous = m.ambiguous
  FROM jsonb_to_recordset($1::jsonb) AS m(imei text, id bigint, match text, ambiguous boolean)
  WHERE d.imei = m.imei AND d.persat_match IS DISTINCT FROM 'hand'
    AND (d.persat_device_id, d.persat_match, d.persat_ambiguous) IS DISTINCT FROM (m.id, nullif(m.match, ''), m.ambiguous))";

constexpr const char* kDifferences = R"(
  SELECT d.imei, field, to_jsonb(d)->field, to_jsonb(p)->field
  FROM rastro.device AS d JOIN rastro.persat_device AS p ON p.id = d.persat_device_id,
    jsonb_object_keys(to_jsonb(p) - 'id') AS field
  WHERE to_jsonb(d)->field <> to_jsonb(p)->field ORDER BY d.imei, field)";

// A member follows where it has the value that was followed last, or that a device is entered with.
constexpr const char* kFollow = R"(
  UPDATE rastro.device AS d SET type = n.type, serial_number = n.serial_number, first_name = n.first_name,
    last_name = n.last_name, working_zones = n.working_zones, working_hours = n.working_hours, persat_base = n.base
  FROM (
    SELECT d.id, to_jsonb(p) - 'id' AS base,
      CASE WHEN d.type = coalesce(b->>'type', 'VEHICLE') THEN p.type ELSE d.type END AS type,
      CASE WHEN d.serial_number IN (coalesce(b->>'serial_number', ''), coalesce(b->>'serial_number', d.imei))
           THEN p.serial_number ELSE d.serial_number END AS serial_number,
      CASE WHEN d.first_name = coalesce(b->>'first_name', '') THEN p.first_name ELSE d.first_name END AS first_name,
      CASE WHEN d.last_name = coalesce(b->>'last_name', '') THEN p.last_name ELSE d.last_name END AS last_name,
      CASE WHEN d.working_zones = coalesce(b->'working_zones', '[]') THEN p.working_zones ELSE d.working_zones END
        AS working_zones,
      CASE WHEN d.working_hours = coalesce(b->'working_hours',
             '{"monday": [], "tuesday": [], "wednesday": [], "thursday": [], "friday": [], "saturday": [], "sunday": []}')
           THEN p.working_hours ELSE d.working_hours END AS working_hours
    FROM rastro.device AS d JOIN rastro.persat_device AS p ON p.id = d.persat_device_id,
      LATERAL (SELECT coalesce(d.persat_base, '{}') AS b) AS followed) AS n
  WHERE d.id = n.id
    AND (d.type, d.serial_number, d.first_name, d.last_name, d.working_zones, d.working_hours, d.persat_base)
      IS DISTINCT FROM (n.type, n.serial_number, n.first_name, n.last_name, n.working_zones, n.working_hours, n.base))";

// $1: the tracker; $2: Persat's device or ''; $3: who. The books have it in the same statement.
constexpr const char* kByHand = R"(
  WITH changed AS (
    UPDATE rastro.device SET persat_device_id = nullif($2, '')::bigint, persat_match = 'hand' WHERE imei = $1 RETURNING id
  )
  INSERT INTO rastro.audit (actor, action, device_id, detail)
  SELECT $3, 'persat-match', id, jsonb_build_object('imei', $1::text, 'persat_device_id', nullif($2, '')::bigint)
  FROM changed)";
constexpr const char* kByItself = R"(
  WITH changed AS (
    UPDATE rastro.device SET persat_device_id = NULL, persat_match = NULL WHERE imei = $1 AND $2 = '' RETURNING id
  )
  INSERT INTO rastro.audit (actor, action, device_id, detail)
  SELECT $3, 'persat-match', id, jsonb_build_object('imei', $1::text, 'by', 'itself') FROM changed)";

void append_member(std::string_view name, std::string_view text, std::string& out) {
  out.append(",\"").append(name).append("\":");
  append_json_string(text, out);
}

}  // namespace

Result<std::uint64_t> PersatDevices::replace(std::span<const PersatDevice> devices) {
  std::string list = "[";
  for (const PersatDevice& device : devices) {
    if (list.size() > 1) list += ',';
    list += "{\"id\":" + std::to_string(device.id);
    append_member("type", device.type, list);
    append_member("serial_number", device.serial_number, list);
    append_member("first_name", device.first_name, list);
    append_member("last_name", device.last_name, list);
    list += ",\"working_zones\":" + device.working_zones + ",\"working_hours\":" + device.working_hours + "}";
  }
  const auto rows = connection_.query(kReplace, {list + "]"});
  if (!rows) return rows.error();
  return static_cast<std::uint64_t>(rows->integer(0, 0));
}

Result<std::vector<PersatDevice>> PersatDevices::devices() {
  const auto rows = connection_.query(kDevices);
  if (!rows) return rows.error();
  std::vector<PersatDevice> devices;
  for (int row = 0; row < rows->size(); ++row) {
    const auto text = [&](int column) { return std::string(rows->text(row, column)); };
    devices.push_back({rows->integer(row, 0), text(1), text(2), text(3), text(4), text(5), text(6)});
  }
  return devices;
}

Result<std::vector<Tracker>> PersatDevices::trackers() {
  const auto rows = connection_.query(kTrackers);
  if (!rows) return rows.error();
  std::vector<Tracker> trackers;
  for (int row = 0; row < rows->size(); ++row) {
    Tracker tracker{std::string(rows->text(row, 0)),
                    std::string(rows->text(row, 1)),
                    {},
                    std::string(rows->text(row, 3))};
    if (!rows->is_null(row, 2)) tracker.persat_device_id = rows->integer(row, 2);
    trackers.push_back(std::move(tracker));
  }
  return trackers;
}

Result<std::uint64_t> PersatDevices::match(std::span<const TrackerMatch> matches) {
  std::string list = "[";
  for (const TrackerMatch& match : matches) {
    if (list.size() > 1) list += ',';
    list += "{\"imei\":";
    append_json_string(match.imei, list);
    list += ",\"id\":" + (match.persat_device_id ? std::to_string(*match.persat_device_id) : "null");
    list += ",\"match\":\"" + match.match + "\",\"ambiguous\":" + (match.ambiguous ? "true" : "false") + "}";
  }
  const auto rows = connection_.query(kMatch, {list + "]"});
  if (!rows) return rows.error();
  return rows->affected();
}

Result<std::vector<DeviceDifference>> PersatDevices::differences() {
  const auto rows = connection_.query(kDifferences);
  if (!rows) return rows.error();
  std::vector<DeviceDifference> differences;
  for (int row = 0; row < rows->size(); ++row) {
    const auto text = [&](int column) { return std::string(rows->text(row, column)); };
    differences.push_back({text(0), text(1), text(2), text(3)});
  }
  return differences;
}

Result<std::uint64_t> PersatDevices::follow() {
  const auto rows = connection_.query(kFollow);
  if (!rows) return rows.error();
  return rows->affected();
}

Result<bool> PersatDevices::set_match(const char* sql, const std::string& imei, const std::string& id,
                                      const std::string& actor) {
  const auto rows = connection_.query(sql, {imei, id, actor});
  if (!rows) return rows.error();
  return rows->affected() > 0;
}

Result<bool> PersatDevices::match_by_hand(const std::string& imei,
                                          std::optional<std::int64_t> persat_device_id,
                                          const std::string& actor) {
  return set_match(kByHand, imei, persat_device_id ? std::to_string(*persat_device_id) : "", actor);
}

Result<bool> PersatDevices::match_by_itself(const std::string& imei, const std::string& actor) {
  return set_match(kByItself, imei, "", actor);
}

}  // namespace rastro::postgis
