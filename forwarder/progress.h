// What forwarding has done since its beginning and where it stands. Values only.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "forwarder/answer.h"
#include "forwarder/sink_state.h"
#include "pipeline/journal/cursor.h"

namespace rastro::forward {

// Why a fix is passed over; a metric label. New ones go to the end: their order is stored (ledger_file.h).
enum class Skip : std::uint8_t {
  kPendingDevice,  // not entered, not active
  kNotValid,
  kNoPersatId,  // the body needs the id, and the device has none
  kDuplicate,   // the same record, sent again by the device
  kUnreadable,  // units of a journal record that is none of ours
  kAmbiguousDevice,
  kOutsideWorkingHours,
  kTooNear,  // to the one before, in time and place
};
inline constexpr std::size_t kSkipCount = 8;
std::string_view skip_name(Skip skip);

// Counted since forwarding began, through restarts: read = delivered + parked + skipped + open, where open
// are those that are read and wait or are under way. What is parked may be resent or deleted later.
struct Totals {
  std::uint64_t read = 0;       // fixes, and units of records that are none of ours
  std::uint64_t delivered = 0;  // without what was parked first
  std::array<std::uint64_t, kParkReasonCount> parked{};
  std::uint64_t resent = 0;   // delivered after they were parked
  std::uint64_t deleted = 0;  // parked, and deleted by hand
  std::array<std::uint64_t, kSkipCount> skipped{};
  std::uint64_t retried = 0;  // positions whose request failed and is made again
};

// Of one active device. pending = read - sent - parked - passed over.
struct DeviceCounts {
  std::uint64_t read = 0;
  std::uint64_t sent = 0;
  std::uint64_t parked = 0;         // now
  std::uint64_t passed_over = 0;    // by a rule or a filter, or parked and then deleted
  std::int64_t newest_sent_ms = 0;  // time of the newest fix that was sent; 0: none
  bool changed = false;             // since it was last stored

  std::uint64_t pending() const { return read - std::min(read, sent + parked + passed_over); }
};

// From received by the gateway to delivered, in seconds; the last has no bound.
inline constexpr std::array<double, 13> kDeliveryBounds = {0.05, 0.1, 0.25, 0.5, 1,    2,    5,
                                                           10,   30,  60,   300, 3600, 86400};

struct Progress : Totals {
  std::uint64_t under_way = 0;
  std::uint64_t waiting = 0;  // read and not under way
  std::uint64_t parked_now = 0;
  journal::Cursor done;             // everything before it is delivered, parked or passed over
  std::uint64_t pending = 0;        // durable units behind it, the unread ones with them
  std::uint64_t lag_bytes = 0;      // the same in bytes of the journal
  std::uint64_t damaged_bytes = 0;  // of the journal, that could not be read
  bool paused = false;
  Breaker breaker = Breaker::kClosed;
  std::uint64_t breaker_openings = 0;  // since the start
  std::string trouble;                 // a sentence; empty while all is well
  std::int64_t last_success_ms = 0;
  // Since the start.
  std::array<std::uint64_t, kDeliveryBounds.size() + 1> delivery_counts{};
  std::uint64_t delivery_ms_sum = 0;
  std::uint64_t requests = 0;
};

}  // namespace rastro::forward
