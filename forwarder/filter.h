// Which positions of a device are worth sending: those far enough from the one before in time or in place.
// Remembers the last one that passed, so it is asked in the device's order. Pure; one thread.
#pragma once

#include <chrono>
#include <unordered_map>

#include "schema/device_identity.h"
#include "schema/fix.h"

namespace rastro::forward {

class Filter {
 public:
  // With both, either suffices: a vehicle that stands still sends one an interval, so its last place is
  // known; one that moves sends one a distance. An alarm always passes, and so does the first after a start.
  struct Rules {
    std::chrono::milliseconds min_interval{0};  // 0: none
    double min_distance_m = 0;                  // 0: none
  };

  explicit Filter(Rules rules) : rules_(rules) {}

  bool passes(const DeviceIdentity& device, const Fix& fix);

 private:
  struct Last {
    std::int64_t time_ms = 0;
    double latitude_deg = 0;
    double longitude_deg = 0;
  };

  bool far_enough(const Last& last, const Fix& fix) const;

  const Rules rules_;
  std::unordered_map<DeviceIdentity, Last> last_;
};

}  // namespace rastro::forward
