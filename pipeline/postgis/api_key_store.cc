#include "pipeline/postgis/api_key_store.h"

#include "schema/json.h"

namespace rastro::postgis {
namespace {

constexpr const char* kList =
    "SELECT id, name, prefix, encode(key_hash, 'hex'), role, array_to_string(scopes, ','), "
    "(extract(epoch FROM created_at) * 1000)::bigint, (extract(epoch FROM last_used_at) * 1000)::bigint, "
    "(extract(epoch FROM revoked_at) * 1000)::bigint FROM rastro.api_key ORDER BY id";

// Each act is one statement, and so one transaction with its row of audit.
constexpr const char* kAdd = R"(
  WITH made AS (
    INSERT INTO rastro.api_key (name, prefix, key_hash, role, scopes)
    VALUES ($1, $2, decode($3, 'hex'), $4, $5::text[]) RETURNING *
  ), noted AS (
    INSERT INTO rastro.audit (actor, action, detail)
    SELECT $6, 'apikey-create', jsonb_build_object('key_id', id, 'name', name, 'prefix', prefix, 'role', role,
      'scopes', scopes)
    FROM made
  ) SELECT id FROM made)";
constexpr const char* kRevoke = R"(
  WITH revoked AS (
    UPDATE rastro.api_key SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING *
  ), noted AS (
    INSERT INTO rastro.audit (actor, action, detail)
    SELECT $2, 'apikey-revoke', jsonb_build_object('key_id', id, 'name', name, 'prefix', prefix) FROM revoked
  ) SELECT FROM revoked)";
constexpr const char* kMarkUsed =
    "UPDATE rastro.api_key SET last_used_at = now() WHERE id = ANY ($1::bigint[])";

std::string array_of(const auto& elements) {
  std::string array;
  for (const std::string& element : elements) append_array_element(element, array);
  return finish_array(std::move(array));
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    words.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return words;
}

std::optional<std::int64_t> time_of(const Rows& rows, int row, int column) {
  if (rows.is_null(row, column)) return {};
  return rows.integer(row, column);
}

ApiKeyRow get_api_key(const Rows& rows, int row) {
  ApiKeyRow key;
  key.id = rows.integer(row, 0);
  key.name = rows.text(row, 1);
  key.prefix = rows.text(row, 2);
  const std::string hash = rows.bytes(row, 3);
  key.hash.assign(hash.begin(), hash.end());
  key.role = rows.text(row, 4);
  key.scopes = split(rows.text(row, 5));
  key.created_ms = rows.integer(row, 6);
  key.last_used_ms = time_of(rows, row, 7);
  key.revoked_ms = time_of(rows, row, 8);
  return key;
}

}  // namespace

Result<std::vector<ApiKeyRow>> ApiKeyStore::list() {
  const auto rows = connection_.query(kList);
  if (!rows) return rows.error();
  std::vector<ApiKeyRow> keys;
  for (int row = 0; row < rows->size(); ++row) keys.push_back(get_api_key(*rows, row));
  return keys;
}

Result<std::int64_t> ApiKeyStore::add(const NewApiKey& key, const std::string& actor) {
  std::string hash;
  append_hex(key.hash, hash);
  const auto rows =
      connection_.query(kAdd, {key.name, key.prefix, hash, key.role, array_of(key.scopes), actor});
  if (!rows) return rows.error();
  return rows->integer(0, 0);
}

Result<bool> ApiKeyStore::revoke(std::int64_t id, const std::string& actor) {
  const auto rows = connection_.query(kRevoke, {std::to_string(id), actor});
  if (!rows) return rows.error();
  return rows->size() > 0;
}

Result<void> ApiKeyStore::mark_used(const std::set<std::int64_t>& ids) {
  if (ids.empty()) return {};
  std::vector<std::string> texts;
  for (const std::int64_t id : ids) texts.push_back(std::to_string(id));
  const auto rows = connection_.query(kMarkUsed, {array_of(texts)});
  if (!rows) return rows.error();
  return {};
}

}  // namespace rastro::postgis
