// Whether a vehicle can have come from one place to the next in the time between. Pure; any thread.
#pragma once

#include "gateway/devices/live_state.h"

namespace rastro {

struct Jump {
  double distance_m = 0;
  double speed_kmh = 0;  // that it would take
};

// REQUIRES: `to` later than `from`.
Jump jump_between(const LivePosition& from, const LivePosition& to);

// `max_speed_kmh` 0: every jump is possible.
bool is_impossible(const Jump& jump, double max_speed_kmh);

}  // namespace rastro
