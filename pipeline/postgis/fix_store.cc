#include "pipeline/postgis/fix_store.h"

#include "pipeline/postgis/cursor_sql.h"

namespace rastro::postgis {

using journal::Cursor;

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
  if (auto prepared = RecordWriter::prepare(*opened); !prepared) return prepared.error();
  if (auto added = opened->query(kAddCursor, {options_.gateway, options_.consumer}); !added)
    return added.error();
  const auto found = opened->query(kLockCursor, {options_.gateway, options_.consumer});
  if (!found) return found.error();
  const Cursor cursor = get_cursor(*found);
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
    writer_.rolled_back();
    return failure;
  };
  if (auto begun = connection_->run("BEGIN"); !begun) return failed(begun.error());
  const auto found = connection_->query(kLockCursor, {options_.gateway, options_.consumer});
  if (!found) return failed(found.error());
  const Cursor stands = get_cursor(*found);
  if (stands != *cursor_) return failed(cursor_moved(stands));
  Result<Outcome> filled =
      writer_.write(*connection_, records, bury, staged ? Meeting::kKeep : Meeting::kFail);
  if (!filled) return failed(filled.error());
  const auto moved = connection_->query(
      kMoveCursor,
      {options_.gateway, options_.consumer, std::to_string(next.position), std::to_string(next.units)});
  if (!moved) return failed(moved.error());
  if (auto committed = connection_->commit(); !committed) {
    if (committed.error().kind == FailureKind::kInDoubt) in_doubt_ = {next, *filled};
    return failed(committed.error());
  }
  cursor_ = next;
  writer_.committed();
  if (staged && filled->fixes_committed + filled->duplicates > 0) staged_ = filled->duplicates > 0;
  return filled;
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

}  // namespace rastro::postgis
