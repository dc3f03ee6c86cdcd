#include "pipeline/postgis/client_store.h"

#include "schema/json.h"

namespace rastro::postgis {
namespace {

#define RASTRO_CLIENT_COLUMNS                                                                                \
  "id, uid_client, company_name, ST_Y(position), ST_X(position), radius_m, coalesce(ST_AsGeoJSON(area, 7), " \
  "''), "                                                                                                    \
  "min_visit_s, service_time_s, time_windows, address, details, (extract(epoch FROM updated_at) * "          \
  "1000)::bigint "

constexpr const char* kList =
    "SELECT " RASTRO_CLIENT_COLUMNS "FROM rastro.client ORDER BY id OFFSET $1 LIMIT $2";
constexpr const char* kFindUid = "SELECT " RASTRO_CLIENT_COLUMNS "FROM rastro.client WHERE uid_client = $1";
constexpr const char* kFindId = "SELECT " RASTRO_CLIENT_COLUMNS "FROM rastro.client WHERE id = $1";

// What stands in $1, an array of objects with the members that were given. Of a client that is there (k)
// those that were not given stay.
constexpr const char* kChange = R"(
  UPDATE rastro.client AS k
  SET company_name = n.company_name, position = n.position, radius_m = n.radius_m, area = n.area,
      min_visit_s = n.min_visit_s, service_time_s = n.service_time_s, time_windows = n.time_windows,
      address = n.address, details = n.details
  FROM (
    SELECT k.id, coalesce(c->>'company_name', k.company_name) AS company_name,
      coalesce(ST_SetSRID(ST_MakePoint((c->>'longitude')::float8, (c->>'latitude')::float8), 4326), k.position) AS position,
      coalesce((c->>'radius_m')::real, k.radius_m) AS radius_m,
      CASE WHEN c ? 'area' THEN rastro.area_of(nullif(c->>'area', '')) ELSE k.area END AS area,
      coalesce((c->>'min_visit_s')::integer, k.min_visit_s) AS min_visit_s,
      nullif(coalesce((c->>'service_time_s')::integer, k.service_time_s), 0) AS service_time_s,
      coalesce(c->'time_windows', k.time_windows) AS time_windows, coalesce(c->>'address', k.address) AS address,
      k.details || coalesce(c->'details', '{}') AS details
    FROM jsonb_array_elements($1::jsonb) AS c JOIN rastro.client AS k ON k.uid_client = c->>'uid_client') AS n
  WHERE k.id = n.id
    AND (k.company_name, k.position, k.radius_m, k.area, k.min_visit_s, k.service_time_s, k.time_windows, k.address,
         k.details)
      IS DISTINCT FROM (n.company_name, n.position, n.radius_m, n.area, n.min_visit_s, n.service_time_s, n.time_windows,
                        n.address, n.details))";

constexpr const char* kAdd = R"(
  INSERT INTO rastro.client (uid_client, company_name, position, radius_m, area, min_visit_s, service_time_s,
                             time_windows, address, details)
  SELECT c->>'uid_client', c->>'company_name',
    coalesce(ST_SetSRID(ST_MakePoint((c->>'longitude')::float8, (c->>'latitude')::float8), 4326),
             ST_PointOnSurface(area)),
    coalesce((c->>'radius_m')::real, 100), area, coalesce((c->>'min_visit_s')::integer, 0),
    nullif((c->>'service_time_s')::integer, 0), coalesce(c->'time_windows', '[]'), coalesce(c->>'address', ''),
    coalesce(c->'details', '{}')
  FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS given(c, n),
    LATERAL rastro.area_of(nullif(c->>'area', '')) AS area
  WHERE NOT EXISTS (SELECT FROM rastro.client WHERE $2 = 'new' AND uid_client = c->>'uid_client')
  ORDER BY n RETURNING id)";

void append_text(std::string_view name, const std::optional<std::string>& value, std::string& out) {
  if (!value) return;
  out.append(",\"").append(name).append("\":");
  append_json_string(*value, out);
}

void append_json(std::string_view name, const std::optional<std::string>& json, std::string& out) {
  if (json) out.append(",\"").append(name).append("\":").append(*json);
}

void append_number(std::string_view name, const std::optional<double>& value, std::string& out) {
  if (!value) return;
  out.append(",\"").append(name).append("\":");
  append_json_number(*value, out);
}

std::optional<std::string> whole_number(const std::optional<std::int32_t>& value) {
  return value ? std::optional(std::to_string(*value)) : std::nullopt;
}

void append_entry(const ClientEntry& client, std::string& out) {
  out += "{\"uid_client\":";
  append_json_string(client.uid, out);
  append_text("company_name", client.company_name, out);
  append_number("latitude", client.latitude_deg, out);
  append_number("longitude", client.longitude_deg, out);
  append_number("radius_m", client.radius_m, out);
  append_text("area", client.area, out);
  append_json("min_visit_s", whole_number(client.min_visit_s), out);
  append_json("service_time_s", whole_number(client.service_time_s), out);
  append_json("time_windows", client.time_windows, out);
  append_text("address", client.address, out);
  append_json("details", client.details, out);
  out += '}';
}

std::string entries_json(std::span<const ClientEntry> clients) {
  std::string json = "[";
  for (const ClientEntry& client : clients) {
    if (json.size() > 1) json += ',';
    append_entry(client, json);
  }
  return json + "]";
}

StoredClient get_client(const Rows& rows, int row) {
  StoredClient client;
  client.id = rows.integer(row, 0);
  client.uid = rows.text(row, 1);
  client.company_name = rows.text(row, 2);
  client.latitude_deg = rows.number(row, 3);
  client.longitude_deg = rows.number(row, 4);
  client.radius_m = rows.number(row, 5);
  client.area = rows.text(row, 6);
  client.min_visit_s = static_cast<std::int32_t>(rows.integer(row, 7));
  if (!rows.is_null(row, 8)) client.service_time_s = static_cast<std::int32_t>(rows.integer(row, 8));
  client.time_windows = rows.text(row, 9);
  client.address = rows.text(row, 10);
  client.details = rows.text(row, 11);
  client.updated_ms = rows.integer(row, 12);
  return client;
}

}  // namespace

Result<Connection*> ClientStore::connection() {
  if (!connection_ || connection_->lost()) {
    connection_.reset();
    Result<Connection> opened = Connection::open(url_);
    if (!opened) return opened.error();
    connection_ = std::move(*opened);
    named_.clear();
  }
  if (named_ != actor_) {
    const auto told = connection_->query("SELECT set_config('rastro.actor', $1, false)", {actor_});
    if (!told) return told.error();
    named_ = actor_;
  }
  return &*connection_;
}

Result<Rows> ClientStore::query(const char* sql, std::initializer_list<std::string> parameters) {
  const auto here = connection();
  if (!here) return here.error();
  return (*here)->query(sql, parameters);
}

Result<ClientPage> ClientStore::list(std::int64_t offset, std::int64_t limit) {
  const auto rows = query(kList, {std::to_string(offset), std::to_string(limit)});
  if (!rows) return rows.error();
  const auto total = query("SELECT count(*) FROM rastro.client", {});
  if (!total) return total.error();
  ClientPage page;
  page.total = total->integer(0, 0);
  for (int row = 0; row < rows->size(); ++row) page.clients.push_back(get_client(*rows, row));
  return page;
}

Result<std::optional<StoredClient>> ClientStore::find_one(const char* sql, const std::string& key) {
  const auto rows = query(sql, {key});
  if (!rows) return rows.error();
  return rows->size() == 0 ? std::nullopt : std::optional(get_client(*rows, 0));
}

Result<std::optional<StoredClient>> ClientStore::find(const std::string& uid) {
  return find_one(kFindUid, uid);
}

Result<std::optional<StoredClient>> ClientStore::find(std::int64_t id) {
  return find_one(kFindId, std::to_string(id));
}

Result<bool> ClientStore::is_name_taken(const std::string& company_name, const std::string& uid) {
  const auto rows = query("SELECT FROM rastro.client WHERE company_name = $1 AND uid_client <> $2 LIMIT 1",
                          {company_name, uid});
  if (!rows) return rows.error();
  return rows->size() > 0;
}

Result<std::optional<std::string>> ClientStore::find_area_fault(const std::string& geojson) {
  const auto rows = query("SELECT rastro.area_fault($1)", {geojson});
  if (!rows) return rows.error();
  return rows->is_null(0, 0) ? std::nullopt : std::optional(std::string(rows->text(0, 0)));
}

Result<std::int64_t> ClientStore::add(const ClientEntry& client) {
  const auto rows = query(kAdd, {entries_json({&client, 1}), "all"});
  if (!rows) return rows.error();
  return rows->integer(0, 0);
}

Result<bool> ClientStore::change(const ClientEntry& client) {
  const auto there = query("SELECT FROM rastro.client WHERE uid_client = $1", {client.uid});
  if (!there) return there.error();
  if (there->size() == 0) return false;
  const auto changed = query(kChange, {entries_json({&client, 1})});
  if (!changed) return changed.error();
  return true;
}

Result<ClientImport> ClientStore::import(std::span<const ClientEntry> clients) {
  const auto here = connection();
  if (!here) return here.error();
  const std::string entries = entries_json(clients);
  const auto begun = (*here)->run("BEGIN");
  if (!begun) return begun.error();
  const auto changed = (*here)->query(kChange, {entries});
  const auto added = changed ? (*here)->query(kAdd, {entries, "new"}) : Result<Rows>(changed.error());
  if (!added) {
    (*here)->roll_back();
    return added.error();
  }
  if (const auto committed = (*here)->commit(); !committed) return committed.error();
  ClientImport done;
  done.added = added->affected();
  done.changed = changed->affected();
  done.unchanged = clients.size() - done.added - done.changed;
  return done;
}

Result<bool> ClientStore::remove(const std::string& uid) {
  const auto rows = query("DELETE FROM rastro.client WHERE uid_client = $1", {uid});
  if (!rows) return rows.error();
  return rows->affected() > 0;
}

}  // namespace rastro::postgis
