// The newest plausible fix of each device, in memory. An older fix never replaces a newer one; a fix from the
// future (clock faults, field_behaviour.md 2) never counts. Filled from the database at start and from the
// journal after. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "schema/device_identity.h"
#include "schema/fix.h"

namespace rastro {

struct LivePosition {
  std::int64_t time_ms = 0;
  double latitude_deg = 0;
  double longitude_deg = 0;
};

class LiveState {
 public:
  // Takes the position if it is newer than what is known and not later than `now_ms` and a day. The one that
  // it replaces; nothing when it was not taken, or is the first.
  std::optional<LivePosition> offer(const DeviceIdentity& device, const LivePosition& position,
                                    std::int64_t now_ms);
  std::optional<LivePosition> find(const DeviceIdentity& device) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<DeviceIdentity, LivePosition> positions_;
};

}  // namespace rastro
