// What the forwarder has done since its start and where it stands. Values only.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "forwarder/answer.h"
#include "pipeline/journal/cursor.h"

namespace rastro::forward {

// Why a fix is passed over; a metric label.
enum class Skip : std::uint8_t {
  kPendingDevice,  // not entered, not active
  kNotValid,
  kNoPersatId,  // the body needs the id, and the device has none
  kDuplicate,   // the same record, sent again by the device
  kUnreadable,  // units of a journal record that is none of ours
};
inline constexpr std::size_t kSkipCount = 5;
std::string_view skip_name(Skip skip);

struct Progress {
  std::uint64_t delivered = 0;
  std::array<std::uint64_t, kParkReasonCount> parked{};
  std::uint64_t retried = 0;  // attempts that failed and are made again
  std::array<std::uint64_t, kSkipCount> skipped{};
  std::uint64_t under_way = 0;
  std::uint64_t waiting = 0;        // read and not under way
  journal::Cursor done;             // everything before it is delivered, parked or passed over
  std::uint64_t pending = 0;        // durable units behind it, the unread ones with them
  std::uint64_t lag_bytes = 0;      // the same in bytes of the journal
  std::uint64_t damaged_bytes = 0;  // of the journal, that could not be read
  bool paused = false;
  std::string trouble;  // a sentence; empty while all is well
  std::int64_t last_success_ms = 0;
  std::uint64_t delivery_ms_sum = 0;  // received by the gateway → delivered, of all delivered
};

}  // namespace rastro::forward
