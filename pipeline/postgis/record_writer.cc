#include "pipeline/postgis/record_writer.h"

#include "pipeline/postgis/alarm_events.h"
#include "pipeline/postgis/command_answers.h"
#include "pipeline/postgis/utf8.h"
#include "schema/json.h"

namespace rastro::postgis {
namespace {

// Two statements, so that the second sees what a concurrent transaction entered in the meantime. Without the
// NOT EXISTS every known device would use up a number of the sequence. In one order, so that two gateways
// that enter the same devices wait for each other in one direction.
constexpr const char* kAddDevices = R"(
  INSERT INTO rastro.device (imei, serial_number, status)
  SELECT DISTINCT wanted.imei, wanted.imei, $2 FROM unnest($1::text[]) AS wanted(imei)
  WHERE NOT EXISTS (SELECT FROM rastro.device AS known WHERE known.imei = wanted.imei)
  ORDER BY wanted.imei ON CONFLICT (imei) DO NOTHING)";
constexpr const char* kFindDevices = R"(
  SELECT wanted.n - 1, device.id FROM unnest($1::text[]) WITH ORDINALITY AS wanted(imei, n)
  JOIN rastro.device USING (imei))";
constexpr const char* kAddProtocol = R"(
  INSERT INTO rastro.protocol (name) SELECT $1 WHERE NOT EXISTS (SELECT FROM rastro.protocol WHERE name = $1)
  ON CONFLICT (name) DO NOTHING)";
constexpr const char* kFindProtocol = "SELECT id FROM rastro.protocol WHERE name = $1";

constexpr const char* kEnsurePartitions =
    "SELECT rastro.ensure_partitions($1, (SELECT array_agg(timestamptz 'epoch' + day * interval '1 day') "
    "FROM unnest($2::integer[]) AS day))";

// A transaction of ours that the network cut off must not hold its locks for hours, and its successor not
// wait for ever. The temporary tables lose their rows, not their files,
// with each transaction.
constexpr const char* kPrepareSession = R"(
  SET application_name = 'rastro store';
  SET timezone = 'UTC';
  SET lock_timeout = '30s';
  SET idle_in_transaction_session_timeout = '60s';
  CREATE TEMP TABLE fix_stage (LIKE rastro.fix) ON COMMIT DELETE ROWS;
  CREATE TEMP TABLE last_stage (LIKE rastro.device_last_fix) ON COMMIT DELETE ROWS)";

// A record that came before its device's clock was understood stands at the time that the device said.
constexpr const char* kRemoveUncorrected = R"(
  DELETE FROM rastro.fix USING unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS old(device_id, time_ms, hash)
  WHERE fix.device_id = old.device_id AND fix.record_hash = old.hash
    AND fix.fix_time = timestamptz 'epoch' + old.time_ms * interval '1 millisecond')";

constexpr const char* kTakeMedia = R"(
  SELECT rastro.take_media_part($1::bigint, $2, $3::numeric, $4::integer, $5::integer, $6::bytea, $7::bytea,
    timestamptz 'epoch' + $8::bigint * interval '1 millisecond'))";

constexpr const char* kCopyToStage = RASTRO_COPY_FIXES_TO("pg_temp.fix_stage");
constexpr const char* kInsertStaged =
    "INSERT INTO rastro.fix (" RASTRO_FIX_COLUMNS ") SELECT " RASTRO_FIX_COLUMNS
    " FROM pg_temp.fix_stage ON CONFLICT DO NOTHING";

constexpr const char* kReplaceStaged =
    "INSERT INTO rastro.fix (" RASTRO_FIX_COLUMNS ") SELECT " RASTRO_FIX_COLUMNS
    " FROM pg_temp.fix_stage ON CONFLICT (device_id, fix_time, record_hash) DO UPDATE SET "
    "altitude_m = excluded.altitude_m, speed_kmh = excluded.speed_kmh, course_deg = excluded.course_deg, "
    "satellites = excluded.satellites, valid = excluded.valid, position = excluded.position, "
    "attributes = excluded.attributes";

// MERGE and not INSERT … ON CONFLICT: without its lock on every row it takes two thirds of the time. MERGE
// fails where another gateway enters the same device at the same time, so that one writer has its turn after
// the other, from here to its commit; a gateway alone never waits.
constexpr const char* kUpdateLast = "SELECT pg_advisory_xact_lock(" RASTRO_LAST_FIX_LOCK
                                    ");"
                                    R"(
  MERGE INTO rastro.device_last_fix AS last USING pg_temp.last_stage AS new ON new.device_id = last.device_id
  WHEN MATCHED AND new.fix_time > last.fix_time THEN UPDATE SET
    fix_time = new.fix_time, received_at = new.received_at, record_hash = new.record_hash,
    altitude_m = new.altitude_m, speed_kmh = new.speed_kmh, course_deg = new.course_deg,
    satellites = new.satellites, position = new.position
  WHEN NOT MATCHED THEN INSERT VALUES (
    new.device_id, new.fix_time, new.received_at, new.record_hash, new.altitude_m, new.speed_kmh, new.course_deg,
    new.satellites, new.position))";

// A few hundred rows: the server reads them while we encode the next, and the buffer stays in the processor's
// cache.
constexpr std::size_t kCopyPiece = 64UL * 1024;

// Of days that are known to have their partition; a hostile clock could fill the memory with them.
constexpr std::size_t kMaxKnownDays = 20000;
// What the integer[] above can carry, and far beyond the window in which partitions are made.
constexpr std::int64_t kMaxDay = 1'000'000;

}  // namespace

Result<void> RecordWriter::prepare(Connection& connection) {
  if (auto prepared = connection.run(kPrepareSession); !prepared) return prepared.error();
  return {};
}

Result<Outcome> RecordWriter::write(Connection& connection, std::span<const StoredRecord> records,
                                    std::string_view bury, Meeting meeting) {
  connection_ = &connection;
  if (auto learnt = learn_devices(records); !learnt) return learnt.error();
  if (auto learnt = learn_protocols(records); !learnt) return learnt.error();
  batch_.clear();
  for (const StoredRecord& record : records) {
    const auto device = devices_.find(record.head.identity);
    const auto id = device == devices_.end() ? std::nullopt : std::optional(device->second);
    batch_.add(record, id, protocols_.at(std::string(record.head.protocol)), bury);
  }
  batch_.finish();
  if (auto ensured = ensure_partitions("fix", batch_.fix_days(), fix_days_); !ensured) return ensured.error();
  if (auto ensured = ensure_partitions("message", batch_.message_days(), message_days_); !ensured)
    return ensured.error();

  Outcome outcome;
  if (auto removed = remove_uncorrected(); !removed) return removed.error();
  const Result<std::uint64_t> fixes = copy_fixes(meeting);
  if (!fixes) return fixes.error();
  outcome.fixes_committed = *fixes;
  if (auto noted = note_alarms(connection, batch_.fixes()); !noted) return noted.error();
  const std::uint64_t stood_already = batch_.fixes().size() - *fixes;
  outcome.duplicates = batch_.duplicates() + stood_already;
  if (!batch_.messages().empty()) {
    const auto copied = copy_rows(kCopyMessages, batch_.messages());
    if (!copied) return copied.error();
    outcome.messages = *copied;
  }
  if (!batch_.dead_letters().empty()) {
    const auto copied = copy_rows(kCopyDeadLetters, batch_.dead_letters());
    if (!copied) return copied.error();
    outcome.dead_letters = *copied;
  }
  if (auto taken = take_media(); !taken) return taken.error();
  if (auto updated = update_last_fixes(); !updated) return updated.error();
  if (auto tied = tie_answers(connection, batch_.answers(), outcome); !tied) return tied.error();
  return outcome;
}

Result<void> RecordWriter::learn_devices(std::span<const StoredRecord> records) {
  std::string wanted;
  for (const StoredRecord& record : records) {
    const DeviceIdentity& identity = record.head.identity;
    // The placeholder keeps a device that comes twice from being asked for twice.
    if (identity.empty() || !devices_.try_emplace(identity, 0).second) continue;
    new_devices_.push_back(identity);
    std::string text;
    append_utf8(identity.view(), text);
    append_array_element(text, wanted);
  }
  if (new_devices_.empty()) return {};
  wanted = finish_array(std::move(wanted));
  const char* status = status_of_new_ == NewDevices::kActive ? "active" : "pending";
  if (auto added = connection_->query(kAddDevices, {wanted, status}); !added) return added.error();
  const auto found = connection_->query(kFindDevices, {wanted});
  if (!found) return found.error();
  if (static_cast<std::size_t>(found->size()) != new_devices_.size())
    return Failure{FailureKind::kData, "a device that was just entered cannot be found", {}};
  for (int row = 0; row < found->size(); ++row)
    devices_[new_devices_[static_cast<std::size_t>(found->integer(row, 0))]] = found->integer(row, 1);
  return {};
}

Result<void> RecordWriter::learn_protocols(std::span<const StoredRecord> records) {
  for (const StoredRecord& record : records) {
    const std::string name(record.head.protocol);
    if (protocols_.contains(name)) continue;
    std::string text;
    append_utf8(name, text);
    if (auto added = connection_->query(kAddProtocol, {text}); !added) return added.error();
    const auto found = connection_->query(kFindProtocol, {text});
    if (!found) return found.error();
    protocols_[name] = static_cast<std::int16_t>(found->integer(0, 0));
  }
  return {};
}

// In the batch's own transaction; where a partition cannot be made now, the default takes the rows.
Result<void> RecordWriter::ensure_partitions(const char* table, std::span<const std::int64_t> days,
                                             std::unordered_set<std::int64_t>& known) {
  std::string wanted;
  for (const std::int64_t day : days) {
    if (day < -kMaxDay || day > kMaxDay || known.contains(day)) continue;
    append_array_element(std::to_string(day), wanted);
  }
  if (wanted.empty()) return {};
  const auto missing = connection_->query(kEnsurePartitions, {table, finish_array(std::move(wanted))});
  if (!missing) return missing.error();
  if (missing->integer(0, 0) > 0) return {};
  if (known.size() > kMaxKnownDays) known.clear();
  known.insert(days.begin(), days.end());
  return {};
}

template <typename Row>
Result<std::uint64_t> RecordWriter::copy_rows(const char* sql, std::span<const Row> rows,
                                              void (*append)(const Row&, CopyEncoder&)) {
  if (auto begun = connection_->begin_copy(sql); !begun) return begun.error();
  encoder_.start();
  for (const Row& row : rows) {
    append(row, encoder_);
    if (encoder_.data().size() < kCopyPiece) continue;
    connection_->send_copy(encoder_.data());
    encoder_.drop_data();
  }
  encoder_.finish();
  connection_->send_copy(encoder_.data());
  return connection_->end_copy();
}

Result<void> RecordWriter::remove_uncorrected() {
  std::string devices;
  std::string times;
  std::string hashes;
  for (const FixRow& row : batch_.fixes()) {
    if (!row.fix->reported_time_ms || !storable_time(*row.fix->reported_time_ms)) continue;
    append_array_element(std::to_string(row.device_id), devices);
    append_array_element(std::to_string(*row.fix->reported_time_ms), times);
    append_array_element(std::to_string(static_cast<std::int64_t>(row.fix->record_hash)), hashes);
  }
  if (devices.empty()) return {};
  const auto removed = connection_->query(
      kRemoveUncorrected,
      {finish_array(std::move(devices)), finish_array(std::move(times)), finish_array(std::move(hashes))});
  if (!removed) return removed.error();
  return {};
}

// How many rows are new, or have a new content.
Result<std::uint64_t> RecordWriter::copy_fixes(Meeting meeting) {
  if (batch_.fixes().empty()) return 0;
  if (meeting == Meeting::kFail) return copy_rows(kCopyFixes, batch_.fixes());
  if (auto copied = copy_rows(kCopyToStage, batch_.fixes()); !copied) return copied.error();
  const auto inserted = connection_->run(meeting == Meeting::kReplace ? kReplaceStaged : kInsertStaged);
  if (!inserted) return inserted.error();
  return inserted->affected();
}

// Rare, and bound by the device's radio: one statement a part.
Result<void> RecordWriter::take_media() {
  for (const MediaRow& row : batch_.media()) {
    const MediaPart& part = *row.part;
    std::string data = "\\x";
    append_hex(part.data, data);
    std::string expected = "\\x";
    append_hex(part.expected, expected);
    std::string kind;
    append_utf8(part.kind, kind);
    const auto taken =
        connection_->query(kTakeMedia, {std::to_string(row.device_id), kind, std::to_string(part.file),
                                        std::to_string(part.total_bytes), std::to_string(part.offset), data,
                                        expected, std::to_string(row.received_ms)});
    if (!taken) return taken.error();
  }
  return {};
}

Result<void> RecordWriter::update_last_fixes() {
  if (batch_.newest().empty()) return {};
  const auto copied = copy_rows(kCopyLastFixes, batch_.newest(), append_last_row);
  if (!copied) return copied.error();
  if (auto updated = connection_->run(kUpdateLast); !updated) return updated.error();
  return {};
}

// What a transaction that did not happen taught us never was: the numbers of its new devices, protocols and
// partitions.
void RecordWriter::rolled_back() {
  for (const DeviceIdentity& identity : new_devices_) devices_.erase(identity);
  new_devices_.clear();
  protocols_.clear();
  fix_days_.clear();
  message_days_.clear();
}

}  // namespace rastro::postgis
