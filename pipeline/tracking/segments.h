// What tracking makes of a device's fixes: stops, the trips between them, days, and the fixes that were not
// believed. Values only. Times are UTC milliseconds, lengths metres, speeds km/h.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pipeline/tracking/place.h"
#include "pipeline/tracking/point.h"

namespace rastro::tracking {

// Why a fix does not count as a place of its vehicle. Stored numbers: add at the end.
enum class SetAsideReason : std::uint8_t {
  kInvalid = 0,     // the device had no satellite fix, or its place is none that can exist
  kSameMoment = 1,  // another fix of the same time counts
  kJump = 2,        // nobody drives that fast there and back
};

struct SetAside {
  PointKey key;
  SetAsideReason reason = SetAsideReason::kInvalid;
};

struct Stop {
  std::int64_t started_ms = 0;
  std::optional<std::int64_t> ended_ms;  // empty: it lasts
  Place place;                           // the middle of its fixes
  double spread_m = 0;                   // standard deviation of one fix about it, in one direction
  std::uint32_t fixes = 0;
  std::int64_t idling_ms = 0;  // with the ignition on, as far as it is known
};

struct Trip {
  std::int64_t started_ms = 0;
  std::optional<std::int64_t> ended_ms;
  Place from;
  Place to;                                 // as far as it has come, when it lasts
  double measured_m = 0;                    // along the fixes
  std::optional<std::uint64_t> odometer_m;  // by the device's own odometer, where that is plausible
  double reach_m = 0;                       // the farthest from where it began
  double max_speed_kmh = 0;
  std::int64_t standing_ms = 0;  // in traffic
  std::int64_t overspeed_ms = 0;
  bool ends_in_gap = false;  // nobody knows how it went on

  double distance_m() const { return odometer_m ? static_cast<double>(*odometer_m) : measured_m; }
};

// What a device did on one day of the calendar that it is tracked by.
struct Day {
  std::int32_t day = 0;  // days since 1970-01-01, of the local calendar
  double distance_m = 0;
  std::int64_t driving_ms = 0;  // trips, standing in traffic included
  std::int64_t standing_ms = 0;
  std::int64_t idling_ms = 0;
  std::int64_t stopped_ms = 0;  // stops, idling included
  std::int64_t unknown_ms = 0;  // gaps
  std::int64_t engine_ms = 0;   // with the ignition on, as far as it is known
  std::int64_t overspeed_ms = 0;
  double max_speed_kmh = 0;
  std::uint32_t trips = 0;  // begun on this day
  std::uint32_t stops = 0;
  std::optional<std::int64_t> first_movement_ms;
  std::optional<std::int64_t> last_movement_ms;
};

// Appended to by a tracker, in the order of time. Reused: cleared, not freed.
struct Segments {
  std::vector<Stop> stops;
  std::vector<Trip> trips;
  std::vector<Day> days;
  std::vector<SetAside> set_aside;

  void clear() {
    stops.clear();
    trips.clear();
    days.clear();
    set_aside.clear();
  }
};

}  // namespace rastro::tracking
