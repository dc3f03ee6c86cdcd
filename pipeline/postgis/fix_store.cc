#include "pipeline/postgis/fix_store.h"

#include "pipeline/postgis/utf8.h"

namespace rastro::postgis {
namespace {

using journal::Cursor;

// A transaction of ours that the network cut off must not hold its locks for hours, and its successor not
// wait for ever. The temporary tables lose their rows, not their files,
// with each transaction.
constexpr const char* kPrepareSession = R"(
  SET timezone = 'UTC';
  SET lock_timeout = '30s';
  SET idle_in_transaction_session_timeout = '60s';
  CREATE TEMP TABLE fix_stage (LIKE rastro.fix) ON COMMIT DELETE ROWS;
  CREATE TEMP TABLE last_stage (LIKE rastro.device_last_fix) ON COMMIT DELETE ROWS)";

constexpr const char* kAddCursor = R"(
  INSERT INTO rastro.consumer_cursor (name, position, units) VALUES ($1, 0, 0) ON CONFLICT (name) DO NOTHING)";
constexpr const char* kLockCursor =
    "SELECT position, units FROM rastro.consumer_cursor WHERE name = $1 FOR UPDATE";
constexpr const char* kMoveCursor =
    "UPDATE rastro.consumer_cursor SET position = $2, units = $3, updated_at = now() WHERE name = $1";

// Two statements, so that the second sees what a concurrent transaction entered in the meantime. Without the
// NOT EXISTS every known device would use up a number of the sequence.
constexpr const char* kAddDevices = R"(
  INSERT INTO rastro.device (imei, serial_number, status)
  SELECT DISTINCT wanted.imei, wanted.imei, $2 FROM unnest($1::text[]) AS wanted(imei)
  WHERE NOT EXISTS (SELECT FROM rastro.device AS known WHERE known.imei = wanted.imei)
  ON CONFLICT (imei) DO NOTHING)";
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

constexpr const char* kCopyToStage = RASTRO_COPY_FIXES_TO("pg_temp.fix_stage");
constexpr const char* kInsertStaged =
    "INSERT INTO rastro.fix (" RASTRO_FIX_COLUMNS ") SELECT " RASTRO_FIX_COLUMNS
    " FROM pg_temp.fix_stage ON CONFLICT DO NOTHING";

// MERGE and not INSERT … ON CONFLICT: without its lock on every row it takes two thirds of the time. That
// somebody else enters the same device at the same time cannot be: the lock on the cursor keeps writers
// apart.
constexpr const char* kUpdateLast = R"(
  MERGE INTO rastro.device_last_fix AS last USING pg_temp.last_stage AS new ON new.device_id = last.device_id
  WHEN MATCHED AND new.fix_time > last.fix_time THEN UPDATE SET
    fix_time = new.fix_time, received_at = new.received_at, record_hash = new.record_hash,
    altitude_m = new.altitude_m, speed_kmh = new.speed_kmh, course_deg = new.course_deg,
    satellites = new.satellites, position = new.position
  WHEN NOT MATCHED THEN INSERT VALUES (
    new.device_id, new.fix_time, new.received_at, new.record_hash, new.altitude_m, new.speed_kmh, new.course_deg,
    new.satellites, new.position))";

// Each answer belongs to the command whose number it brings back or, where the protocol has no place for one,
// to the last that was sent to the device before it came; if that one is answered already, nobody asked for
// it. So an answer that comes after its command has expired counts as long as nothing newer was sent, and
// reading the journal again changes nothing. Of several answers the first counts.
constexpr const char* kTieAnswers = R"(
  UPDATE rastro.command SET
    state = CASE WHEN asked.refused THEN 'refused' ELSE 'answered' END,
    answered_at = asked.received_at, answer = asked.answer,
    reason = CASE WHEN asked.refused THEN 'the device says that it is another' END
  FROM (
    SELECT DISTINCT ON (sent.id) sent.id, came.refused, came.answer, came.received_at
    FROM (SELECT n, device_id, timestamptz 'epoch' + ms * interval '1 millisecond' AS received_at, request, refused,
            nullif(text, '') AS answer
          FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::boolean[], $5::text[])
            WITH ORDINALITY AS a(device_id, ms, request, refused, text, n)) AS came
    CROSS JOIN LATERAL (
      SELECT id, state FROM rastro.command
      WHERE device_id = came.device_id AND id = came.request AND sent_at IS NOT NULL
      UNION ALL
      (SELECT id, state FROM rastro.command
       WHERE device_id = came.device_id AND came.request < 0 AND sent_at <= came.received_at
       ORDER BY sent_at DESC, id DESC LIMIT 1)) AS sent
    WHERE sent.state IN ('sent', 'expired')
    ORDER BY sent.id, came.n) AS asked
  WHERE command.id = asked.id
  RETURNING command.state)";
// In the place of a number that the protocol does not bring back.
constexpr const char* kNoRequest = "-1";

// A few hundred rows: the server reads them while we encode the next, and the buffer stays in the processor's
// cache.
constexpr std::size_t kCopyPiece = 64UL * 1024;

// Of days that are known to have their partition; a hostile clock could fill the memory with them.
constexpr std::size_t kMaxKnownDays = 20000;
// What the integer[] above can carry, and far beyond the window in which partitions are made.
constexpr std::int64_t kMaxDay = 1'000'000;

}  // namespace

Outcome& Outcome::operator+=(const Outcome& more) {
  fixes_committed += more.fixes_committed;
  duplicates += more.duplicates;
  messages += more.messages;
  dead_letters += more.dead_letters;
  answers_unasked += more.answers_unasked;
  commands_answered += more.commands_answered;
  commands_refused += more.commands_refused;
  return *this;
}

Result<Cursor> FixStore::load_cursor() {
  cursor_.reset();
  in_doubt_.reset();
  connection_.reset();  // its temporary tables and settings may be of another age: begin afresh
  if (auto connected = connect(); !connected) return connected.error();
  return *cursor_;
}

// With a connection and a cursor afterwards. The lock waits until a transaction of a connection that broke is
// over.
Result<void> FixStore::connect() {
  if (connection_ && !connection_->lost()) return {};
  connection_.reset();
  Result<Connection> opened = Connection::open(options_.url);
  if (!opened) return opened.error();
  if (auto prepared = opened->run(kPrepareSession); !prepared) return prepared.error();
  if (auto added = opened->query(kAddCursor, {options_.consumer}); !added) return added.error();
  const auto found = opened->query(kLockCursor, {options_.consumer});
  if (!found) return found.error();
  const Cursor cursor{static_cast<std::uint64_t>(found->integer(0, 0)),
                      static_cast<std::uint64_t>(found->integer(0, 1))};
  const bool happened = in_doubt_ && cursor == in_doubt_->next;
  if (cursor_ && cursor != *cursor_ && !happened) return cursor_moved(cursor);
  if (!happened) in_doubt_.reset();
  cursor_ = cursor;
  connection_ = std::move(*opened);
  return {};
}

Result<Outcome> FixStore::store(std::span<const StoredRecord> records, Cursor next, std::string_view bury) {
  if (!cursor_)
    return Failure{FailureKind::kCursorMoved, "the cursor must be loaded before the first batch", {}};
  if (auto connected = connect(); !connected) return connected.error();
  if (in_doubt_) {
    const Attempted happened = *std::exchange(in_doubt_, std::nullopt);
    return happened.next == next ? Result<Outcome>(happened.outcome) : cursor_moved(*cursor_);
  }
  if (next.position <= cursor_->position) return cursor_moved(*cursor_);
  Result<Outcome> outcome = attempt(records, next, bury, staged_ || options_.always_staged);
  if (!outcome && outcome.error().kind == FailureKind::kAlreadyExists) {
    staged_ = true;
    outcome = attempt(records, next, bury, true);
  }
  // With the staging table nothing can be there already: something else is wrong.
  if (!outcome && outcome.error().kind == FailureKind::kAlreadyExists)
    return Failure{FailureKind::kData, outcome.error().sentence, outcome.error().sqlstate};
  return outcome;
}

Result<Outcome> FixStore::attempt(std::span<const StoredRecord> records, Cursor next, std::string_view bury,
                                  bool staged) {
  const auto failed = [this](Failure failure) {
    connection_->roll_back();
    forget_unfinished();
    return failure;
  };
  if (auto begun = connection_->run("BEGIN"); !begun) return failed(begun.error());
  const auto found = connection_->query(kLockCursor, {options_.consumer});
  if (!found) return failed(found.error());
  const Cursor stands{found->size() == 0 ? 0 : static_cast<std::uint64_t>(found->integer(0, 0)),
                      found->size() == 0 ? 0 : static_cast<std::uint64_t>(found->integer(0, 1))};
  if (stands != *cursor_) return failed(cursor_moved(stands));
  Result<Outcome> filled = fill(records, bury, staged);
  if (!filled) return failed(filled.error());
  const auto moved = connection_->query(
      kMoveCursor, {options_.consumer, std::to_string(next.position), std::to_string(next.units)});
  if (!moved) return failed(moved.error());
  if (auto committed = connection_->commit(); !committed) {
    if (committed.error().kind == FailureKind::kInDoubt) in_doubt_ = {next, *filled};
    return failed(committed.error());
  }
  cursor_ = next;
  new_devices_.clear();
  return filled;
}

Result<Outcome> FixStore::fill(std::span<const StoredRecord> records, std::string_view bury, bool staged) {
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
  const Result<std::uint64_t> fixes = copy_fixes(staged);
  if (!fixes) return fixes.error();
  outcome.fixes_committed = *fixes;
  const std::uint64_t stood_already = batch_.fixes().size() - *fixes;
  outcome.duplicates = batch_.duplicates() + stood_already;
  if (staged && !batch_.fixes().empty()) staged_ = stood_already > 0;
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
  if (auto updated = update_last_fixes(); !updated) return updated.error();
  if (auto tied = tie_answers(outcome); !tied) return tied.error();
  return outcome;
}

Result<void> FixStore::learn_devices(std::span<const StoredRecord> records) {
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
  const char* status = options_.new_devices == NewDevices::kActive ? "active" : "pending";
  if (auto added = connection_->query(kAddDevices, {wanted, status}); !added) return added.error();
  const auto found = connection_->query(kFindDevices, {wanted});
  if (!found) return found.error();
  if (static_cast<std::size_t>(found->size()) != new_devices_.size())
    return Failure{FailureKind::kData, "a device that was just entered cannot be found", {}};
  for (int row = 0; row < found->size(); ++row)
    devices_[new_devices_[static_cast<std::size_t>(found->integer(row, 0))]] = found->integer(row, 1);
  return {};
}

Result<void> FixStore::learn_protocols(std::span<const StoredRecord> records) {
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
Result<void> FixStore::ensure_partitions(const char* table, std::span<const std::int64_t> days,
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
Result<std::uint64_t> FixStore::copy_rows(const char* sql, std::span<const Row> rows,
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

// How many rows are new.
Result<std::uint64_t> FixStore::copy_fixes(bool staged) {
  if (batch_.fixes().empty()) return 0;
  if (!staged) return copy_rows(kCopyFixes, batch_.fixes());
  if (auto copied = copy_rows(kCopyToStage, batch_.fixes()); !copied) return copied.error();
  const auto inserted = connection_->run(kInsertStaged);
  if (!inserted) return inserted.error();
  return inserted->affected();
}

Result<void> FixStore::update_last_fixes() {
  if (batch_.newest().empty()) return {};
  const auto copied = copy_rows(kCopyLastFixes, batch_.newest(), append_last_row);
  if (!copied) return copied.error();
  if (auto updated = connection_->run(kUpdateLast); !updated) return updated.error();
  return {};
}

Result<void> FixStore::tie_answers(Outcome& outcome) {
  if (batch_.answers().empty()) return {};
  std::string devices;
  std::string times;
  std::string requests;
  std::string refusals;
  std::string texts;
  for (const AnswerRow& row : batch_.answers()) {
    const Message& message = *row.message;
    append_array_element(std::to_string(row.device_id), devices);
    append_array_element(std::to_string(row.received_ms), times);
    append_array_element(message.request ? std::to_string(*message.request) : kNoRequest, requests);
    append_array_element(message.refused ? "true" : "false", refusals);
    std::string text;
    append_utf8(message.text.value_or(std::string_view()), text);
    append_array_element(text, texts);
  }
  const auto tied =
      connection_->query(kTieAnswers, {finish_array(std::move(devices)), finish_array(std::move(times)),
                                       finish_array(std::move(requests)), finish_array(std::move(refusals)),
                                       finish_array(std::move(texts))});
  if (!tied) return tied.error();
  for (int row = 0; row < tied->size(); ++row) {
    ++(tied->text(row, 0) == "refused" ? outcome.commands_refused : outcome.commands_answered);
  }
  outcome.answers_unasked = batch_.answers().size() - static_cast<std::uint64_t>(tied->size());
  return {};
}

// From here on nothing is written before load_cursor(): the records that the caller holds may have been
// stored.
Failure FixStore::cursor_moved(Cursor found) {
  cursor_.reset();
  return {FailureKind::kCursorMoved,
          "the cursor of consumer " + options_.consumer + " stands at " + std::to_string(found.position) +
              ", which is not where this batch begins",
          {}};
}

// What a transaction that did not happen taught us never was: the numbers of its new devices, protocols and
// partitions.
void FixStore::forget_unfinished() {
  for (const DeviceIdentity& identity : new_devices_) devices_.erase(identity);
  new_devices_.clear();
  protocols_.clear();
  fix_days_.clear();
  message_days_.clear();
}

}  // namespace rastro::postgis
