#include "pipeline/postgis/persat_clients.h"

#include "pipeline/postgis/field_merge.h"
#include "schema/json.h"

namespace rastro::postgis {
namespace {

// A gateway and a shell may follow at the same time: one after the other.
constexpr const char* kLock = "SELECT pg_advisory_xact_lock(hashtext('rastro.persat_client'))";
// Whoever changes one of them meanwhile waits, so that what is compared is what is replaced.
constexpr const char* kHold =
    "SELECT FROM rastro.client WHERE uid_client IN (SELECT c->>'uid' FROM jsonb_array_elements($1::jsonb) AS "
    "c) "
    "ORDER BY id FOR UPDATE";

// One row a field of those clients that are not in step: both sides, and what they agreed on. A position that
// is not usable is not told: the last one stands.
constexpr const char* kCompare = R"(
  WITH told AS (
    SELECT DISTINCT ON (t->>'uid') t->>'uid' AS uid, t->'fields' AS fields, nullif(t->>'trouble', '') AS trouble
    FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS list(t, n) ORDER BY t->>'uid', n DESC
  ), pair AS (
    SELECT told.uid, told.trouble, p.remote AS was, coalesce(p.base, '{}') AS base, coalesce(p.placed, false) AS placed,
      CASE WHEN told.trouble IS NOT NULL AND p.remote ? 'position'
           THEN told.fields || jsonb_build_object('position', p.remote->'position') ELSE told.fields END AS remote,
      CASE WHEN c.id IS NOT NULL THEN rastro.client_fields(c) END AS local,
      p.trouble IS DISTINCT FROM told.trouble OR p.missed > 0 AS other_change
    FROM told LEFT JOIN rastro.persat_client AS p ON p.uid_client = told.uid
      LEFT JOIN rastro.client AS c ON c.uid_client = told.uid
  )
  SELECT uid, field, local->field, base->field, remote->field, coalesce(trouble, ''), local IS NOT NULL, placed, was IS NULL
  FROM pair, LATERAL jsonb_object_keys(coalesce(local, '{}') || base || remote) AS field
  WHERE was IS DISTINCT FROM remote OR other_change OR base <> remote
  ORDER BY uid, field)";

constexpr const char* kChange = R"(
  UPDATE rastro.client AS c
  SET company_name = f->>'company_name',
      position = ST_SetSRID(ST_MakePoint((f->'position'->>0)::float8, (f->'position'->>1)::float8), 4326),
      radius_m = (f->>'radius_m')::real, service_time_s = (f->>'service_time_s')::integer,
      time_windows = coalesce(f->'time_windows', '[]'), address = coalesce(f->>'address', ''),
      details = f - '{company_name,position,radius_m,service_time_s,time_windows,address}'::text[]
  FROM jsonb_array_elements($1::jsonb) AS given(n), LATERAL (SELECT n->'local' AS f) AS fields
  WHERE c.uid_client = n->>'uid' AND (n->>'change')::boolean)";

constexpr const char* kAdd = R"(
  INSERT INTO rastro.client (uid_client, company_name, position, radius_m, service_time_s, time_windows, address, details)
  SELECT n->>'uid', f->>'company_name',
    ST_SetSRID(ST_MakePoint((f->'position'->>0)::float8, (f->'position'->>1)::float8), 4326),
    (f->>'radius_m')::real, (f->>'service_time_s')::integer, coalesce(f->'time_windows', '[]'),
    coalesce(f->>'address', ''),
    f - '{company_name,position,radius_m,service_time_s,time_windows,address}'::text[]
  FROM jsonb_array_elements($1::jsonb) AS given(n), LATERAL (SELECT n->'local' AS f) AS fields
  WHERE (n->>'add')::boolean
  ON CONFLICT (uid_client) DO NOTHING)";

constexpr const char* kNote = R"(
  INSERT INTO rastro.persat_client AS p (uid_client, remote, base, trouble, placed)
  SELECT n->>'uid', n->'remote', n->'base', nullif(n->>'trouble', ''), (n->>'placed')::boolean
  FROM jsonb_array_elements($1::jsonb) AS given(n)
  ON CONFLICT (uid_client) DO UPDATE SET remote = EXCLUDED.remote, base = EXCLUDED.base, trouble = EXCLUDED.trouble,
    placed = EXCLUDED.placed, gone_at = NULL, missed = 0,
    told_at = CASE WHEN p.remote <> EXCLUDED.remote THEN now() ELSE p.told_at END)";

// $1: the uids of a whole list.
constexpr const char* kMiss = R"(
  UPDATE rastro.persat_client AS p SET missed = missed + 1, gone_at = coalesce(gone_at, now())
  WHERE NOT EXISTS (SELECT FROM unnest($1::text[]) AS listed(uid) WHERE listed.uid = p.uid_client)
  RETURNING missed)";
// $1: one uid, or '' for all that were missing twice. What was changed here, and what has work orders that
// Persat does not know, stays.
constexpr const char* kRemove = R"(
  WITH gone AS (
    SELECT p.uid_client, c.id,
      c.id IS NOT NULL AND (rastro.client_fields(c) <> p.base OR p.base <> p.remote OR c.area IS NOT NULL
        OR EXISTS (SELECT FROM rastro.work_order AS o WHERE o.client_id = c.id AND o.origin <> 'persat')) AS ours
    FROM rastro.persat_client AS p LEFT JOIN rastro.client AS c USING (uid_client)
    WHERE CASE WHEN $1 = '' THEN p.missed >= 2 ELSE p.uid_client = $1 END
  ), forgotten AS (
    DELETE FROM rastro.persat_client AS p USING gone WHERE p.uid_client = gone.uid_client AND NOT gone.ours
  )
  DELETE FROM rastro.client AS c USING gone WHERE c.id = gone.id AND NOT gone.ours)";
constexpr const char* kMarkGone =
    "UPDATE rastro.persat_client SET gone_at = coalesce(gone_at, now()), missed = greatest(missed, 2) "
    "WHERE uid_client = $1";

// What is here counts as agreed on, so that Persat's follows.
constexpr const char* kAgreeOnLocal = R"(
  UPDATE rastro.persat_client AS p
  SET base = coalesce((SELECT rastro.client_fields(c) FROM rastro.client AS c WHERE c.uid_client = p.uid_client), '{}'),
      placed = EXISTS (SELECT FROM rastro.client AS c WHERE c.uid_client = p.uid_client)
  WHERE uid_client = $1 RETURNING gone_at IS NOT NULL, remote, coalesce(trouble, ''))";
// What Persat says counts as agreed on, so that what is here is a change of ours. Of one that is gone there
// nothing remains to be agreed on.
constexpr const char* kAgreeOnRemote = "UPDATE rastro.persat_client SET base = remote WHERE uid_client = $1";
constexpr const char* kForgetGone =
    "DELETE FROM rastro.persat_client WHERE uid_client = $1 AND gone_at IS NOT NULL";
constexpr const char* kDeleteGone = "DELETE FROM rastro.client WHERE uid_client = $1";
constexpr const char* kNoteAct =
    "INSERT INTO rastro.audit (actor, action, detail) "
    "VALUES ($1, 'persat-client-resolve', jsonb_build_object('uid_client', $2::text, 'take', $3::text))";

constexpr const char* kCounts = R"(
  SELECT count(*), count(*) FILTER (WHERE trouble IS NOT NULL), count(*) FILTER (WHERE gone_at IS NOT NULL),
    count(*) FILTER (WHERE base <> remote) FROM rastro.persat_client)";

std::string told_json(std::span<const ToldClient> clients) {
  std::string json = "[";
  for (const ToldClient& client : clients) {
    if (json.size() > 1) json += ',';
    json += "{\"uid\":";
    append_json_string(client.uid, json);
    json += ",\"fields\":" + client.fields + ",\"trouble\":\"" + client.trouble + "\"}";
  }
  return json + "]";
}

void append_field(std::string_view name, const std::optional<std::string>& value, std::string& object) {
  if (!value) return;
  if (object.size() > 1) object += ',';
  append_json_string(name, object);
  object.append(":").append(*value);
}

std::optional<std::string> optional_text(const Rows& rows, int row, int column) {
  if (rows.is_null(row, column)) return {};
  return std::string(rows.text(row, column));
}

}  // namespace

// The clients that are not in step, field by field, as the three statements take them.
struct PersatClients::Merge {
  std::string rows = "[";
  ClientsFollowed counts;

  // The rows of one client, from `first` on; the row behind them.
  int take(const Rows& compared, int first) {
    const std::string uid(compared.text(first, 0));
    const bool here = compared.text(first, 6) == "t";
    const bool removed_here = !here && compared.text(first, 7) == "t";
    std::string local = "{";
    std::string base = "{";
    std::string remote = "{";
    bool changes = false;
    bool conflict = false;
    bool somewhere = false;
    int row = first;
    for (; row < compared.size() && compared.text(row, 0) == uid; ++row) {
      const std::string_view field = compared.text(row, 1);
      FieldValues values{optional_text(compared, row, 2), optional_text(compared, row, 3),
                         optional_text(compared, row, 4)};
      if (!here && !removed_here) values.local = values.base = values.remote;
      if (!removed_here) {
        const FieldMerge what = merge_field(values);
        changes = changes || what == FieldMerge::kFollows;
        conflict = conflict || what == FieldMerge::kConflict;
        values = merged(values);
      }
      somewhere = somewhere || (field == "position" && values.local);
      append_field(field, values.local, local);
      append_field(field, values.base, base);
      append_field(field, values.remote, remote);
    }
    const bool add = !here && !removed_here && somewhere;
    if (rows.size() > 1) rows += ',';
    rows += "{\"uid\":";
    append_json_string(uid, rows);
    rows += ",\"local\":" + local + "},\"base\":" + base + "},\"remote\":" + remote + "},\"trouble\":\"";
    rows.append(compared.text(first, 5));
    rows += std::string("\",\"add\":") + (add ? "true" : "false");
    rows += std::string(",\"change\":") + (here && changes ? "true" : "false");
    rows += std::string(",\"placed\":") + (here || removed_here || add ? "true" : "false") + "}";
    counts.conflicts += conflict ? 1 : 0;
    return row;
  }
};

template <typename Work>
auto PersatClients::in_transaction(Work work) -> decltype(work(std::declval<Connection&>())) {
  const auto connection = connection_.get();
  if (!connection) return connection.error();
  if (const auto begun = (*connection)->run("BEGIN"); !begun) return begun.error();
  auto done = work(**connection);
  if (!done) {
    (*connection)->roll_back();
    return done;
  }
  if (const auto committed = (*connection)->commit(); !committed) return committed.error();
  return done;
}

Result<ClientsFollowed> PersatClients::follow_within(Connection& connection,
                                                     std::span<const ToldClient> clients) {
  const std::string told = told_json(clients);
  if (const auto locked = connection.query(kLock); !locked) return locked.error();
  if (const auto held = connection.query(kHold, {told}); !held) return held.error();
  const auto compared = connection.query(kCompare, {told});
  if (!compared) return compared.error();
  Merge merge;
  for (int row = 0; row < compared->size();) row = merge.take(*compared, row);
  merge.rows += ']';
  const auto changed = connection.query(kChange, {merge.rows});
  if (!changed) return changed.error();
  const auto added = connection.query(kAdd, {merge.rows});
  if (!added) return added.error();
  if (const auto noted = connection.query(kNote, {merge.rows}); !noted) return noted.error();
  merge.counts.added = added->affected();
  merge.counts.changed = changed->affected();
  merge.counts.unchanged = clients.size() - merge.counts.added - merge.counts.changed;
  return merge.counts;
}

Result<ClientsFollowed> PersatClients::follow(std::span<const ToldClient> clients) {
  if (clients.empty()) return ClientsFollowed{};
  return in_transaction([&](Connection& connection) { return follow_within(connection, clients); });
}

Result<ClientsLeft> PersatClients::note_whole_list(std::span<const std::string> listed) {
  std::string uids;
  for (const std::string& uid : listed) append_array_element(uid, uids);
  uids = finish_array(std::move(uids));
  return in_transaction([&](Connection& connection) -> Result<ClientsLeft> {
    if (const auto locked = connection.query(kLock); !locked) return locked.error();
    const auto missed = connection.query(kMiss, {uids});
    if (!missed) return missed.error();
    const auto removed = connection.query(kRemove, {""});
    if (!removed) return removed.error();
    ClientsLeft left{.removed = removed->affected()};
    for (int row = 0; row < missed->size(); ++row) left.missing += missed->integer(row, 0) == 1 ? 1U : 0U;
    return left;
  });
}

Result<bool> PersatClients::remove(const std::string& uid) {
  return in_transaction([&](Connection& connection) -> Result<bool> {
    if (const auto locked = connection.query(kLock); !locked) return locked.error();
    if (const auto marked = connection.query(kMarkGone, {uid}); !marked) return marked.error();
    const auto removed = connection.query(kRemove, {uid});
    if (!removed) return removed.error();
    return removed->affected() > 0;
  });
}

Result<bool> PersatClients::resolve(const std::string& uid, Resolution resolution, const std::string& actor) {
  const bool take_persat = resolution == Resolution::kTakePersat;
  return in_transaction([&](Connection& connection) -> Result<bool> {
    if (const auto locked = connection.query(kLock); !locked) return locked.error();
    const auto known = connection.query(take_persat ? kAgreeOnLocal : kAgreeOnRemote, {uid});
    if (!known) return known.error();
    if (known->affected() == 0) return false;
    if (take_persat && known->text(0, 0) == "t") {
      if (const auto deleted = connection.query(kDeleteGone, {uid}); !deleted) return deleted.error();
    } else if (take_persat) {
      const ToldClient told{uid, std::string(known->text(0, 1)), std::string(known->text(0, 2))};
      if (const auto followed = follow_within(connection, {&told, 1}); !followed) return followed.error();
    }
    if (const auto forgotten = connection.query(kForgetGone, {uid}); !forgotten) return forgotten.error();
    const auto noted = connection.query(kNoteAct, {actor, uid, take_persat ? "persat" : "local"});
    if (!noted) return noted.error();
    return true;
  });
}

Result<ClientCounts> PersatClients::counts() {
  const auto rows = connection_.query(kCounts);
  if (!rows) return rows.error();
  return ClientCounts{rows->integer(0, 0), rows->integer(0, 1), rows->integer(0, 2), rows->integer(0, 3)};
}

}  // namespace rastro::postgis
