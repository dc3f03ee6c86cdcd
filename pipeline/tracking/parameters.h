// What a stop is, a trip and a plausible fix: the settings of tracking, for a fleet or a device. Each result
// bears the version of those it was made with. Values only.
#pragma once

#include <cstdint>

namespace rastro::tracking {

struct Parameters {
  // A stay shorter than this is traffic: a queue that creeps through two red lights ends sooner, deliveries
  // take longer. The field has 120 s (GpsGate) to 300 s (Traccar, Navixy); visits from three minutes on have
  // to be found. (At 120 s seven times as many queues count as stops, and no more stops are found:
  // RESULTS.md.)
  std::int32_t min_stop_s = 150;
  // Fixes this near to each other are of one place: twice the noise of a good receiver among houses. What a
  // device is seen to need beyond that is learnt.
  double stop_radius_m = 30;
  // So far from a stop a vehicle has left it, whatever its speed says.
  double leave_distance_m = 90;
  // From here on a reported speed is driving: receivers at rest report up to 4 km/h, and creeping is not
  // faster.
  double moving_speed_kmh = 6;
  // Faster than any vehicle of a fleet: a fix that needs it is not where the vehicle was.
  double max_speed_kmh = 220;
  // Without a fix for longer nothing is said of the way between, unless the vehicle is where it was.
  std::int32_t max_gap_s = 1800;
  // Driving faster is counted; 0: nothing is.
  double overspeed_kmh = 120;

  friend bool operator==(const Parameters&, const Parameters&) = default;
};

}  // namespace rastro::tracking
