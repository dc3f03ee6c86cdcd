#include "pipeline/postgis/track_writer.h"

#include <algorithm>
#include <array>

#include "pipeline/postgis/time_text.h"
#include "schema/json.h"

namespace rastro::postgis {
namespace {

using tracking::Replay;
using tracking::Settled;

constexpr const char* kPrepare = R"(
  CREATE TEMP TABLE trip_stage (LIKE rastro.trip) ON COMMIT DELETE ROWS)";
// A transaction may write several times.
constexpr const char* kEmptyStage = "DELETE FROM pg_temp.trip_stage";

#define RASTRO_REPLACED(table, time)                                                          \
  "DELETE FROM rastro." table                                                                 \
  " USING unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) "                        \
  "AS old(device_id, from_time, to_time) WHERE " table ".device_id = old.device_id AND " time \
  " >= old.from_time "                                                                        \
  "AND " time " <= old.to_time"
constexpr std::array kDeleteSettled = {
    RASTRO_REPLACED("stop", "settled_at"), RASTRO_REPLACED("trip", "settled_at"),
    RASTRO_REPLACED("day_statistics", "settled_at"), RASTRO_REPLACED("fix_set_aside", "settled_at")};
constexpr const char* kDeleteCheckpoints = RASTRO_REPLACED("tracking_checkpoint", "at");

constexpr const char* kUpdateStates = R"(
  UPDATE rastro.tracking_state SET parameters_id = new.parameters_id, state = decode(new.state, 'hex')
  FROM unnest($1::bigint[], $2::integer[], $3::text[]) AS new(device_id, parameters_id, state)
  WHERE tracking_state.device_id = new.device_id)";

// From place to place through the fixes that count. A tolerance in degrees is 5 m along a meridian, and less
// along a parallel: the line is never coarser than that. A line that does not move stays one.
constexpr const char* kInsertTrips =
    "INSERT INTO rastro.trip (" RASTRO_TRIP_COLUMNS ", line) SELECT " RASTRO_TRIP_COLUMNS R"(,
    CASE WHEN ended_at IS NOT NULL THEN
      ST_Simplify(ST_MakeLine(ARRAY[from_position] || way.positions || ARRAY[to_position]), 0.000045, true) END
  FROM pg_temp.trip_stage AS trip
  LEFT JOIN LATERAL (
    SELECT array_agg(fix.position ORDER BY fix_time, record_hash) AS positions FROM rastro.fix
    WHERE fix.device_id = trip.device_id AND fix_time >= trip.started_at AND fix_time <= trip.ended_at
      AND valid AND position IS NOT NULL
      AND NOT EXISTS (SELECT FROM rastro.fix_set_aside AS aside WHERE aside.device_id = fix.device_id
                      AND aside.fix_time = fix.fix_time AND aside.record_hash = fix.record_hash)) AS way ON true)";

std::string hex_of(const std::string& bytes) {
  std::string text;
  append_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, text);
  return text;
}

std::int64_t last_replaced_ms(const TrackUpdate& update) {
  return update.replay->landed() ? update.replay->landed_ms() - 1 : kUnsettled;
}

Result<void> delete_replaced(Connection& connection, std::span<const TrackUpdate> updates) {
  std::string devices;
  std::string from;
  std::string to;
  for (const TrackUpdate& update : updates) {
    append_array_element(std::to_string(update.head.device_id), devices);
    append_array_element(time_text(update.from_ms), from);
    append_array_element(time_text(last_replaced_ms(update)), to);
  }
  devices = finish_array(std::move(devices));
  from = finish_array(std::move(from));
  to = finish_array(std::move(to));
  for (const char* sql : kDeleteSettled) {
    if (auto deleted = connection.query(sql, {devices, from, to}); !deleted) return deleted.error();
  }
  const bool again =
      std::ranges::any_of(updates, [](const TrackUpdate& update) { return update.from_ms != kUnsettled; });
  if (!again) return {};
  if (auto deleted = connection.query(kDeleteCheckpoints, {devices, from, to}); !deleted)
    return deleted.error();
  return {};
}

// Rows of one table: of each replay the settled ones, and the one that still changes.
template <typename T>
Result<void> copy_settled(Connection& connection, const char* sql, std::span<const TrackUpdate> updates,
                          const std::vector<Settled<T>>& (Replay::*settled)() const,
                          std::optional<T> (*find_open)(const tracking::State&)) {
  CopyEncoder encoder;
  encoder.start();
  for (const TrackUpdate& update : updates) {
    for (const Settled<T>& row : (update.replay->*settled)()) append_row(update.head, row, encoder);
    if (update.replay->landed() || find_open == nullptr) continue;
    if (const auto open = find_open(update.replay->state()))
      append_row(update.head, Settled<T>{*open, kUnsettled}, encoder);
  }
  return copy_encoded(connection, sql, encoder);
}

Result<void> copy_checkpoints(Connection& connection, std::span<const TrackUpdate> updates) {
  CopyEncoder encoder;
  encoder.start();
  for (const TrackUpdate& update : updates) {
    for (const tracking::Checkpoint& checkpoint : update.replay->checkpoints())
      append_row(update.head, checkpoint, encoder);
  }
  return copy_encoded(connection, kCopyCheckpoints, encoder);
}

Result<void> update_states(Connection& connection, std::span<const TrackUpdate> updates) {
  std::string devices;
  std::string parameters;
  std::string states;
  for (const TrackUpdate& update : updates) {
    if (update.replay->landed()) continue;
    append_array_element(std::to_string(update.head.device_id), devices);
    append_array_element(std::to_string(update.head.parameters_id), parameters);
    append_array_element(hex_of(tracking::encode_state(update.replay->state())), states);
  }
  if (devices.empty()) return {};
  const auto updated =
      connection.query(kUpdateStates, {finish_array(std::move(devices)), finish_array(std::move(parameters)),
                                       finish_array(std::move(states))});
  if (!updated) return updated.error();
  return {};
}

}  // namespace

Result<void> prepare_track_writer(Connection& connection) {
  if (auto prepared = connection.run(kPrepare); !prepared) return prepared.error();
  return {};
}

Result<void> copy_encoded(Connection& connection, const char* sql, CopyEncoder& encoder) {
  if (encoder.rows() == 0) return {};
  encoder.finish();
  if (auto begun = connection.begin_copy(sql); !begun) return begun.error();
  connection.send_copy(encoder.data());
  const auto copied = connection.end_copy();
  if (!copied) return copied.error();
  return {};
}

Result<void> write_tracks(Connection& connection, std::span<const TrackUpdate> updates) {
  if (updates.empty()) return {};
  if (auto done = delete_replaced(connection, updates); !done) return done;
  if (auto done = copy_settled(connection, kCopyStops, updates, &Replay::stops, tracking::find_open_stop);
      !done)
    return done;
  if (auto done = copy_settled(connection, kCopyDays, updates, &Replay::days, tracking::find_open_day); !done)
    return done;
  if (auto done =
          copy_settled<tracking::SetAside>(connection, kCopySetAside, updates, &Replay::set_aside, nullptr);
      !done)
    return done;
  if (auto done = copy_checkpoints(connection, updates); !done) return done;
  // The lines leave out what was set aside.
  if (auto done = copy_settled(connection, kCopyTrips, updates, &Replay::trips, tracking::find_open_trip);
      !done)
    return done;
  if (auto inserted = connection.run(kInsertTrips); !inserted) return inserted.error();
  if (auto emptied = connection.run(kEmptyStage); !emptied) return emptied.error();
  return update_states(connection, updates);
}

}  // namespace rastro::postgis
