#include "pipeline/postgis/track_store.h"

#include <algorithm>

#include "pipeline/postgis/cursor_sql.h"
#include "pipeline/postgis/time_text.h"
#include "pipeline/postgis/utf8.h"

namespace rastro::postgis {
namespace {

using journal::Cursor;

// A transaction of ours that the network cut off must not hold its locks for hours, and its successor not
// wait for ever. Statements here are many and small: compiling them costs more than it saves.
constexpr const char* kPrepareSession = R"(
  SET application_name = 'rastro tracking';
  SET timezone = 'UTC';
  SET lock_timeout = '30s';
  SET idle_in_transaction_session_timeout = '60s';
  SET jit = off;
  LISTEN rastro_catalogue)";

constexpr const char* kFindDevices = R"(
  SELECT wanted.n - 1, device.id FROM unnest($1::text[]) WITH ORDINALITY AS wanted(imei, n)
  JOIN rastro.device USING (imei))";

constexpr const char* kNoteDue = R"(
  INSERT INTO rastro.tracking_due (device_id, from_time)
  SELECT * FROM unnest($1::bigint[], $2::timestamptz[]) AS new(device_id, from_time) ORDER BY device_id
  ON CONFLICT (device_id) DO UPDATE SET from_time = least(tracking_due.from_time, excluded.from_time))";
constexpr const char* kAllDue = R"(
  INSERT INTO rastro.tracking_due (device_id, from_time) SELECT id, '-infinity' FROM rastro.device ORDER BY id
  ON CONFLICT (device_id) DO UPDATE SET from_time = excluded.from_time)";
constexpr const char* kTryAgain = "UPDATE rastro.tracking_due SET trouble = NULL WHERE trouble IS NOT NULL";
constexpr const char* kAnyDue = R"(
  SELECT EXISTS (SELECT FROM rastro.tracking_due WHERE trouble IS NULL), EXISTS (SELECT FROM rastro.visit_due))";
// What another gateway works on is left to it.
constexpr const char* kTakeDue = R"(
  SELECT device_id, CASE WHEN isfinite(from_time) THEN (extract(epoch FROM from_time) * 1000)::bigint END
  FROM rastro.tracking_due WHERE trouble IS NULL ORDER BY device_id LIMIT 1 FOR UPDATE SKIP LOCKED)";
constexpr const char* kDoneDue = "DELETE FROM rastro.tracking_due WHERE device_id = $1";
constexpr const char* kLeaveDue = "UPDATE rastro.tracking_due SET trouble = $2 WHERE device_id = $1";

constexpr const char* kTakeVisitsDue = R"(
  DELETE FROM rastro.visit_due WHERE device_id IN (
    SELECT device_id FROM rastro.visit_due ORDER BY device_id LIMIT 20 FOR UPDATE SKIP LOCKED)
  RETURNING device_id, CASE WHEN isfinite(from_time) THEN (extract(epoch FROM from_time) * 1000)::bigint END)";

// Devices of one round trip: their fixes, encoded rows and states are in memory together.
constexpr std::size_t kDevicesAtOnce = 500;

DeviceStretch get_due(const Rows& rows, int row) {
  return {.device_id = rows.integer(row, 0),
          .from_ms = rows.is_null(row, 1) ? INT64_MIN : rows.integer(row, 1)};
}

}  // namespace

TrackStore::TrackStore(Options options, const tracking::Calendar& calendar)
    : options_(std::move(options)), parameters_(options_.parameters, options_.time_zone, calendar) {}

Result<Cursor> TrackStore::load_cursor() {
  cursor_.reset();
  connection_.reset();
  if (auto connected = connect(); !connected) {
    connection_.reset();
    return connected.error();
  }
  return *cursor_;
}

Result<void> TrackStore::connect() {
  Result<Connection> opened = Connection::open(options_.url);
  if (!opened) return opened.error();
  connection_ = std::move(*opened);
  if (auto prepared = connection_->run(kPrepareSession); !prepared) return prepared.error();
  if (auto prepared = TrackFold::prepare(*connection_); !prepared) return prepared.error();
  if (auto added = connection_->query(kAddCursor, {options_.gateway, options_.consumer}); !added)
    return added.error();
  if (auto again = connection_->run(kTryAgain); !again) return again.error();
  if (auto applied = apply_catalogue(); !applied) return applied.error();
  // The lock waits until a transaction of a connection that broke is over.
  const auto found = connection_->query(kLockCursor, {options_.gateway, options_.consumer});
  if (!found) return found.error();
  cursor_ = get_cursor(*found);
  return {};
}

Result<Cursor> TrackStore::stored_up_to() {
  const auto found = connection_->query(kFindCursor, {options_.gateway, options_.follows});
  if (!found) return found.error();
  return get_cursor(*found);
}

Failure TrackStore::failed(Failure failure) {
  connection_->roll_back();
  return failure;
}

// The clients first, as everywhere: who locks them and what is due in one order waits for nobody who waits.
Result<void> TrackStore::apply_catalogue() {
  if (auto loaded = parameters_.load(*connection_); !loaded) return loaded.error();
  if (auto begun = connection_->run("BEGIN"); !begun) return failed(begun.error());
  if (auto applied = clients_.apply(*connection_); !applied) return failed(applied.error());
  if (auto noted = parameters_.note_stale(*connection_); !noted) return failed(noted.error());
  if (auto committed = connection_->commit(); !committed) return failed(committed.error());
  return {};
}

Result<void> TrackStore::follow_catalogue() {
  constexpr int kNothingElse = -1;
  const auto heard = connection_->wait_for_notice(kNothingElse, std::chrono::milliseconds(0));
  if (!heard) return heard.error();
  return *heard ? apply_catalogue() : Result<void>();
}

Result<std::vector<DeviceStretch>> TrackStore::find_devices(const Touches& touches) {
  std::vector<DeviceIdentity> unknown;
  std::string wanted;
  for (const auto& [identity, times] : touches.times()) {
    if (devices_.contains(identity)) continue;
    unknown.push_back(identity);
    std::string text;
    append_utf8(identity.view(), text);
    append_array_element(text, wanted);
  }
  if (!unknown.empty()) {
    const auto found = connection_->query(kFindDevices, {finish_array(std::move(wanted))});
    if (!found) return found.error();
    for (int row = 0; row < found->size(); ++row)
      devices_[unknown[static_cast<std::size_t>(found->integer(row, 0))]] = found->integer(row, 1);
  }
  std::vector<DeviceStretch> stretches;
  for (const auto& [identity, times] : touches.times()) {
    const auto device = devices_.find(identity);
    if (device != devices_.end()) stretches.push_back({device->second, times.from_ms, times.to_ms});
  }
  std::ranges::sort(stretches, {}, &DeviceStretch::device_id);
  return stretches;
}

Result<void> TrackStore::begin() {
  if (auto begun = connection_->run("BEGIN"); !begun) return begun.error();
  const auto found = connection_->query(kLockCursor, {options_.gateway, options_.consumer});
  if (!found) return found.error();
  const Cursor stands = get_cursor(*found);
  if (stands == *cursor_) return {};
  return Failure{FailureKind::kCursorMoved,
                 "the cursor of consumer " + options_.consumer + " stands at " +
                     std::to_string(stands.position) + ", which is not where this batch begins",
                 {}};
}

Result<void> TrackStore::finish(Cursor next) {
  const auto moved = connection_->query(
      kMoveCursor,
      {options_.gateway, options_.consumer, std::to_string(next.position), std::to_string(next.units)});
  if (!moved) return moved.error();
  if (auto committed = connection_->commit(); !committed) return committed.error();
  cursor_ = next;
  return {};
}

Result<void> TrackStore::note_due(std::span<const DeviceStretch> stretches) {
  if (stretches.empty()) return {};
  std::string ids;
  std::string times;
  for (const DeviceStretch& stretch : stretches) {
    append_array_element(std::to_string(stretch.device_id), ids);
    append_array_element(time_text(stretch.from_ms), times);
  }
  const auto noted =
      connection_->query(kNoteDue, {finish_array(std::move(ids)), finish_array(std::move(times))});
  if (!noted) return noted.error();
  return {};
}

Result<TrackOutcome> TrackStore::fold_all(std::span<const DeviceStretch> stretches) {
  if (stretches.empty()) return TrackOutcome{};
  if (auto held = clients_.hold(*connection_); !held) return held.error();
  TrackOutcome outcome;
  std::vector<DeviceStretch> too_much;
  while (!stretches.empty()) {
    const std::size_t count = std::min(kDevicesAtOnce, stretches.size());
    const auto folded = fold_.fold(*connection_, stretches.first(count), &too_much);
    if (!folded) return folded.error();
    outcome += *folded;
    stretches = stretches.subspan(count);
  }
  if (auto noted = note_due(too_much); !noted) return noted.error();
  return outcome;
}

Result<TrackOutcome> TrackStore::update(const Touches& touches, Cursor next) {
  if (auto begun = begin(); !begun) return failed(begun.error());
  const auto stretches = find_devices(touches);
  if (!stretches) return failed(stretches.error());
  const auto folded = fold_all(*stretches);
  if (!folded) return failed(folded.error());
  if (auto finished = finish(next); !finished) return failed(finished.error());
  return *folded;
}

Result<TrackOutcome> TrackStore::put_off(const Touches& touches, Cursor next) {
  if (auto begun = begin(); !begun) return failed(begun.error());
  if (auto noted = postgis::note_due(*connection_, touches); !noted) return failed(noted.error());
  if (auto finished = finish(next); !finished) return failed(finished.error());
  return TrackOutcome{.put_off = touches.times().size()};
}

Result<void> TrackStore::put_off_all() {
  if (auto noted = connection_->run(kAllDue); !noted) return noted.error();
  return {};
}

Result<std::optional<TrackOutcome>> TrackStore::work_off() {
  const auto due = connection_->run(kAnyDue);
  if (!due) return due.error();
  // Visits first: they are quick, and all devices may be due for days after other parameters were set.
  if (due->text(0, 1) == "t") return work_off_visits();
  if (due->text(0, 0) == "t") return work_off_fixes();
  return std::optional<TrackOutcome>();
}

Result<std::optional<TrackOutcome>> TrackStore::work_off_fixes() {
  if (auto begun = connection_->run("BEGIN"); !begun) return failed(begun.error());
  if (auto held = clients_.hold(*connection_); !held) return failed(held.error());
  const auto rows = connection_->run(kTakeDue);
  if (!rows) return failed(rows.error());
  if (rows->size() == 0) {  // another gateway has it
    connection_->roll_back();
    return std::optional<TrackOutcome>();
  }
  const DeviceStretch due = get_due(*rows, 0);
  const std::string id = std::to_string(due.device_id);
  const auto folded = fold_.fold(*connection_, std::span(&due, 1));
  if (!folded) {
    Failure failure = failed(folded.error());
    if (failure.kind == FailureKind::kData || failure.kind == FailureKind::kAlreadyExists)
      static_cast<void>(connection_->query(kLeaveDue, {id, failure.sentence}));
    return failure;
  }
  if (auto done = connection_->query(kDoneDue, {id}); !done) return failed(done.error());
  if (auto committed = connection_->commit(); !committed) return failed(committed.error());
  return std::optional(*folded);
}

Result<std::optional<TrackOutcome>> TrackStore::work_off_visits() {
  if (auto begun = connection_->run("BEGIN"); !begun) return failed(begun.error());
  if (auto held = clients_.hold(*connection_); !held) return failed(held.error());
  const auto rows = connection_->run(kTakeVisitsDue);
  if (!rows) return failed(rows.error());
  std::vector<DeviceStretch> due;
  for (int row = 0; row < rows->size(); ++row) due.push_back(get_due(*rows, row));
  if (auto folded = fold_.fold_visits(*connection_, due); !folded) return failed(folded.error());
  if (auto committed = connection_->commit(); !committed) return failed(committed.error());
  return due.empty() ? std::nullopt : std::optional(TrackOutcome{.devices = due.size()});
}

}  // namespace rastro::postgis
