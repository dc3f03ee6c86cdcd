// Takes what a session read and puts it into the journal, with counters. One for each shard and thread; knows
// no socket.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/config.h"
#include "gateway/devices/device_directory.h"
#include "gateway/devices/learnt_notes.h"
#include "gateway/metrics/metrics.h"
#include "pipeline/journal/journal.h"
#include "protocols/session.h"
#include "schema/record.h"

namespace rastro {

// Whether a device is wanted. Asked at login over TCP, with each datagram over UDP.
enum class Admission : std::uint8_t { kWelcome, kRejected, kUnavailable };

class Ingest {
 public:
  Ingest(const Config& config, journal::Journal& journal, const DeviceDirectory& directory,
         LearntNotes& learnt)
      : config_(config), journal_(journal), directory_(directory), learnt_(learnt) {}

  Admission admit(const DeviceIdentity& identity) const;

  // Journals what `out` holds that is worth keeping. kAccepted with `end` 0: nothing to store. After kBusy,
  // kFull or kFailed nothing happened; the same input may be offered again.
  journal::Append store(const ListenerConfig& listener, const DeviceIdentity& identity, std::string_view peer,
                        SessionOutput& out, std::uint64_t& end);

  // Counts one consume() that is over: `consumed` bytes were read, `out` came of them. Stored or not, but
  // once.
  static void count(ListenerMetrics& metrics, std::size_t consumed, const SessionOutput& out);

 private:
  const Config& config_;
  journal::Journal& journal_;
  const DeviceDirectory& directory_;
  LearntNotes& learnt_;
  RecordEncoder encoder_;
  std::vector<DeadLetter> dead_letters_;
  std::string encoded_;
};

// How each session of a listener begins.
std::shared_ptr<const SessionOptions> session_options(const ListenerConfig& listener,
                                                      const DeviceDirectory& directory);

// The login that was just read is not worth a row.
void drop_logins(MessageBuffer& decoded);

// Fixes, messages worth a row and dead letters of an output.
std::uint32_t units_of(const SessionOutput& out);

}  // namespace rastro
