// The journal's consumer that writes rows: a batch of records and the cursor behind them go into the database
// in one transaction, so that each record becomes a row exactly once however often anything dies. One
// connection, one thread. Nothing throws; nothing is retried here but what needs no waiting.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "pipeline/journal/cursor.h"
#include "pipeline/postgis/batch.h"
#include "pipeline/postgis/connection.h"
#include "pipeline/postgis/copy_encoder.h"
#include "pipeline/postgis/copy_rows.h"
#include "pipeline/postgis/failure.h"
#include "schema/record.h"

namespace rastro::postgis {

// What became of the units of a batch (schema/record.h): the first four add up to them.
struct Outcome {
  std::uint64_t fixes_committed = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t messages = 0;
  std::uint64_t dead_letters = 0;
  // Of the messages, those that answer a command; the commands that they ended as the device wanted or not.
  std::uint64_t answers_unasked = 0;
  std::uint64_t commands_answered = 0;
  std::uint64_t commands_refused = 0;

  std::uint64_t units() const { return fixes_committed + duplicates + messages + dead_letters; }
  Outcome& operator+=(const Outcome& more);
};

class FixStore {
 public:
  // With which status a device that is seen for the first time is entered: active where unknown devices are
  // accepted, pending where they wait for somebody to look at them.
  enum class NewDevices : std::uint8_t { kActive, kPending };

  struct Options {
    std::string url;
    NewDevices new_devices = NewDevices::kPending;
    std::string consumer = "postgis";
    bool always_staged = false;  // never take the fast path: for measurements
  };

  explicit FixStore(Options options) : options_(std::move(options)) {}

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
  Result<Outcome> fill(std::span<const StoredRecord> records, std::string_view bury, bool staged);
  Result<void> learn_devices(std::span<const StoredRecord> records);
  Result<void> learn_protocols(std::span<const StoredRecord> records);
  Result<void> ensure_partitions(const char* table, std::span<const std::int64_t> days,
                                 std::unordered_set<std::int64_t>& known);
  template <typename Row>
  Result<std::uint64_t> copy_rows(const char* sql, std::span<const Row> rows,
                                  void (*append)(const Row&, CopyEncoder&) = append_row);
  Result<std::uint64_t> copy_fixes(bool staged);
  Result<void> update_last_fixes();
  Result<void> tie_answers(Outcome& outcome);
  Failure cursor_moved(journal::Cursor found);
  void forget_unfinished();

  Options options_;
  std::optional<Connection> connection_;
  std::optional<journal::Cursor> cursor_;  // as the last transaction that we know of left it
  std::optional<Attempted> in_doubt_;
  bool staged_ = false;  // the last batch met rows that stood already: the next is likely to

  Batch batch_;
  CopyEncoder encoder_;
  std::unordered_map<DeviceIdentity, std::int64_t> devices_;
  std::unordered_map<std::string, std::int16_t> protocols_;
  std::unordered_set<std::int64_t> fix_days_;  // days whose partition stands
  std::unordered_set<std::int64_t> message_days_;
  // Learnt in the transaction that is under way, to be forgotten with it.
  std::vector<DeviceIdentity> new_devices_;
};

}  // namespace rastro::postgis
