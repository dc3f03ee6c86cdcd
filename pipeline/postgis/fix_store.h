// The journal's consumer that writes rows: a batch of records and the cursor behind them go into the database
// in one transaction, so that each record becomes a row exactly once however often anything dies. One
// connection, one thread. Nothing throws; nothing is retried here but what needs no waiting.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "pipeline/journal/cursor.h"
#include "pipeline/journal/identity.h"
#include "pipeline/postgis/connection.h"
#include "pipeline/postgis/failure.h"
#include "pipeline/postgis/record_writer.h"
#include "schema/record.h"

namespace rastro::postgis {

class FixStore {
 public:
  struct Options {
    std::string url;
    NewDevices new_devices = NewDevices::kPending;
    std::string gateway = journal::kUnnamed;  // the journal's name
    std::string consumer = "postgis";
    bool always_staged = false;  // never take the fast path: for measurements
  };

  explicit FixStore(Options options) : options_(std::move(options)), writer_(options_.new_devices) {}

  // Of those that are entered from now on.
  void set_new_devices(NewDevices status) { writer_.set_new_devices(status); }

  // Where to go on. Waits for a commit of a connection that broke to be decided one way or the other.
  Result<journal::Cursor> load_cursor();

  // REQUIRES: load_cursor() before the first batch.
  // All or nothing. After kUnavailable, kInDoubt, kRefused or kDiskFull the same call, with the same
  // arguments, is to be made again later: it reconnects, and when the commit in doubt turns out to have
  // happened, it gives that one's outcome and writes nothing. After kCursorMoved, load_cursor(). After kData
  // the batch holds something that this program did not foresee: halve it to find the record, and bury() that
  // one.
  Result<Outcome> write(std::span<const StoredRecord> records, journal::Cursor next) {
    return store(records, next, {});
  }

  // The same, with everything as dead letters of that reason.
  Result<Outcome> bury(std::span<const StoredRecord> records, journal::Cursor next, std::string_view reason) {
    return store(records, next, reason);
  }

 private:
  struct Attempted {
    journal::Cursor next;
    Outcome outcome;
  };

  Result<Outcome> store(std::span<const StoredRecord> records, journal::Cursor next, std::string_view bury);
  Result<void> connect();
  Result<Outcome> attempt(std::span<const StoredRecord> records, journal::Cursor next, std::string_view bury,
                          bool staged);
  Failure cursor_moved(journal::Cursor found);

  Options options_;
  std::optional<Connection> connection_;
  std::optional<journal::Cursor> cursor_;  // as the last transaction that we know of left it
  std::optional<Attempted> in_doubt_;
  bool staged_ = false;  // the last batch met rows that stood already: the next is likely to
  RecordWriter writer_;
};

}  // namespace rastro::postgis
