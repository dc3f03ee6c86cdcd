// One position on its way to the target, with all that its body is made of. Values only.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "forwarder/retry.h"
#include "schema/device_identity.h"
#include "schema/fix.h"

namespace rastro::forward {

struct DeviceCounts;

// What the target knows an active device by.
struct Target {
  std::optional<std::int64_t> persat_device_id = {};
  std::string serial_number = {};
  bool ambiguous = false;  // the catalogue has two devices of that serial number: nothing is sent
};

// Which fix of the journal: the same for ever, so that a restart knows it again.
struct FixId {
  std::uint64_t position = 0;  // in the journal, of the record that brought it
  std::uint32_t index = 0;     // among the record's fixes

  friend auto operator<=>(const FixId&, const FixId&) = default;
};

// A clock that is wrong by more (field_behaviour.md 2) makes no position the newest.
inline bool is_plausible(const Fix& fix, std::int64_t received_ms) {
  constexpr std::int64_t kTolerance = 24LL * 3600 * 1000;
  return fix.time_ms <= received_ms + kTolerance;
}

struct Job {
  DeviceIdentity device = {};
  Target target = {};
  FixId id = {};
  std::int64_t received_ms = 0;
  Fix fix = {};
  std::string attributes = {};  // a JSON object; empty where the body has none
  bool was_parked = false;      // from the parking file, not from the journal
  bool ahead = false;           // its record is not read yet (catch_up.h)
  DeviceCounts* counts = nullptr;
  Attempts attempts = {};
  // Goes with so many others at most: halved when a batch with it was refused, so that the culprit ends up
  // alone.
  std::size_t batch_limit = std::numeric_limits<std::size_t>::max();
  std::uint64_t record = 0;  // the window's own
};

}  // namespace rastro::forward
