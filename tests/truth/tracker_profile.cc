#include "tests/truth/tracker_profile.h"

namespace rastro::truth {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

IgnitionWire draw_ignition(Random& random) {
  const double draw = random.uniform(0, 1);
  return draw < 0.65   ? IgnitionWire::kWired
         : draw < 0.75 ? IgnitionWire::kConstantOn
         : draw < 0.83 ? IgnitionWire::kConstantOff
         : draw < 0.90 ? IgnitionWire::kFloating
                       : IgnitionWire::kAbsent;
}

}  // namespace

TrackerProfile draw_profile(Random& random) {
  TrackerProfile profile;
  profile.ignition = draw_ignition(random);
  profile.ignition_events = random.chance(0.5);
  const double parked = random.uniform(0, 1);
  profile.keeps_sampling = parked < 0.4;
  if (parked < 0.7) {
    profile.parked_interval_ms = 5 * kMinuteMs;
  } else if (parked < 0.85) {
    profile.parked_interval_ms = 30 * kMinuteMs;
  }
  profile.holds_position = random.chance(0.3);
  profile.reports_invalid = random.chance(0.5);
  profile.newest_first = random.chance(0.5);
  if (random.chance(0.4)) {
    profile.odometer_factor = random.uniform(0.995, 1.005);
  }
  return profile;
}

}  // namespace rastro::truth
