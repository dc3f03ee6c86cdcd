// A tracker in a vehicle: what it would report of the true path, with the faults that trackers have.
// Deterministic for its seed; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/truth/position_noise.h"
#include "tests/truth/random.h"
#include "tests/truth/rows.h"
#include "tests/truth/track.h"
#include "tests/truth/tracker_profile.h"

namespace rastro::truth {

// Where no satellite is seen: tunnels and garages.
struct CoveredArea {
  Point centre;
  double radius_m = 0;
};

// On the ways of the city's vehicles, so that they are passed, and sometimes parked in.
std::vector<CoveredArea> draw_covered_areas(const std::map<std::string, Track>& tracks, Random& random);

// A time while the tracker knows that its vehicle is parked.
struct Sleep {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
};

class Tracker {
 public:
  // `noise_m` is the standard deviation on each axis. The references have to outlive the tracker.
  Tracker(const DeviceSpan& span, const Track& track, const std::vector<CoveredArea>& covered,
          std::uint64_t seed, std::int64_t sampling_ms, double noise_m);

  const TrackerProfile& profile() const { return profile_; }

  // All fixes of the device's days in the order of time; arrival is still the time of the fix. `stops` are
  // the device's, in order. To be called once.
  std::vector<FixRow> report(const std::vector<TrueStop>& stops);

 private:
  std::vector<Sleep> find_sleeps(const std::vector<TrueStop>& stops);
  std::vector<std::int64_t> report_times(const std::vector<Sleep>& sleeps);
  FixRow fix_at(std::int64_t time_ms, bool asleep);
  void add_place(FixRow& fix, const TrackPoint& truth, bool asleep);
  void add_motion(FixRow& fix, const TrackPoint& truth);
  void add_ignition(FixRow& fix, bool asleep);
  void add_faults(FixRow& fix);
  void add_cold_starts(std::vector<FixRow>& fixes, const std::vector<Sleep>& sleeps);

  const DeviceSpan& span_;
  const Track& track_;
  const std::vector<CoveredArea>& covered_;
  std::int64_t sampling_ms_;
  Random habits_;  // of what does not depend on the cell
  TrackerProfile profile_;
  Random random_;
  PositionNoise noise_;
  Place last_place_;
  bool held_ = false;
  bool floating_ignition_ = false;
};

}  // namespace rastro::truth
