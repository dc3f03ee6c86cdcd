// Writes what records brought as rows, inside a transaction that somebody else begins and commits: the store
// (fix_store.h) with the journal's cursor, decoding again (kept_frames.h) with the removal of what was
// before. Remembers devices, protocols and partitions between transactions. One connection at a time, one
// thread; nothing throws.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "pipeline/postgis/batch.h"
#include "pipeline/postgis/connection.h"
#include "pipeline/postgis/copy_encoder.h"
#include "pipeline/postgis/copy_rows.h"
#include "pipeline/postgis/failure.h"
#include "pipeline/postgis/outcome.h"
#include "schema/record.h"

// Held to the end of the transaction by who enters rows of rastro.device_last_fix. Any number that nobody
// else in the database locks: "rastro" in ASCII.
#define RASTRO_LAST_FIX_LOCK "125762874405487"

namespace rastro::postgis {

// With which status a device that is seen for the first time is entered: active where unknown devices are
// accepted, pending where they wait for somebody to look at them.
enum class NewDevices : std::uint8_t { kActive, kPending };

// What happens to a fix whose key stands already.
enum class Meeting : std::uint8_t {
  kFail,     // the whole write fails with kAlreadyExists: the fastest way, and nearly always right
  kKeep,     // it counts as a duplicate
  kReplace,  // the row gets the new content
};

class RecordWriter {
 public:
  explicit RecordWriter(NewDevices new_devices) : status_of_new_(new_devices) {}
  void set_new_devices(NewDevices status) { status_of_new_ = status; }

  // Once for each connection, before any transaction: settings and temporary tables.
  static Result<void> prepare(Connection& connection);

  // With `bury` everything becomes dead letters of that reason, for content that the server refuses.
  Result<Outcome> write(Connection& connection, std::span<const StoredRecord> records, std::string_view bury,
                        Meeting meeting);

  // How the transaction of the writes since the last of these two ended.
  void committed() { new_devices_.clear(); }
  void rolled_back();

 private:
  Result<void> learn_devices(std::span<const StoredRecord> records);
  Result<void> learn_protocols(std::span<const StoredRecord> records);
  Result<void> ensure_partitions(const char* table, std::span<const std::int64_t> days,
                                 std::unordered_set<std::int64_t>& known);
  template <typename Row>
  Result<std::uint64_t> copy_rows(const char* sql, std::span<const Row> rows,
                                  void (*append)(const Row&, CopyEncoder&) = append_row);
  Result<void> remove_uncorrected();
  Result<std::uint64_t> copy_fixes(Meeting meeting);
  Result<void> take_media();
  Result<void> update_last_fixes();

  NewDevices status_of_new_;
  Connection* connection_ = nullptr;  // during write()
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
