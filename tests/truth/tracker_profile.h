// What kind of tracker a vehicle has and how it is built in: the same device is the same in every cell of the
// table. Values drawn from a seed; any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "tests/truth/random.h"

namespace rastro::truth {

enum class IgnitionWire : std::uint8_t {
  kWired,
  kConstantOn,   // on the battery's plus
  kConstantOff,  // not connected, reported as off
  kFloating,     // says on or off as it likes
  kAbsent,       // not reported
};

struct TrackerProfile {
  IgnitionWire ignition = IgnitionWire::kWired;
  bool ignition_events = false;  // a further fix when the ignition changes
  // Between fixes while parked; nothing: it sleeps until it is driven. The sampling where it is shorter.
  std::optional<std::int64_t> parked_interval_ms;
  bool keeps_sampling = false;   // while parked as while moving
  bool holds_position = false;   // the receiver freezes its place while parked
  bool reports_invalid = false;  // without satellites: the last place, marked invalid; otherwise nothing
  bool newest_first = false;     // after an outage
  std::optional<double> odometer_factor;  // reported metres a true metre
};

TrackerProfile draw_profile(Random& random);

}  // namespace rastro::truth
