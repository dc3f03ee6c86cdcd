// The tracking engine: reads the fixes of one device in the order of their keys and says what they come to.
// A pure function of that sequence, the parameters and the calendar: reading on from a state gives just what
// reading all of it would. One thread at a time.
#pragma once

#include "pipeline/tracking/calendar.h"
#include "pipeline/tracking/parameters.h"
#include "pipeline/tracking/state.h"

namespace rastro::tracking {

class Tracker {
 public:
  // All are used while the tracker lives.
  Tracker(const Parameters& parameters, const Calendar& calendar)
      : parameters_(parameters), calendar_(calendar) {}

  // Appends what the point closes or sets aside. False, and nothing is done, when it is not behind all that
  // the state has read.
  bool take(const Point& point, State& state, Segments& out) const;

 private:
  const Parameters& parameters_;
  const Calendar& calendar_;
};

// What lasts as of the last fix that was read: a stop or a trip, or neither. While the vehicle may be leaving
// the stop lasts.
std::optional<Stop> find_open_stop(const State& state);
std::optional<Trip> find_open_trip(const State& state);
std::optional<Day> find_open_day(const State& state);

}  // namespace rastro::tracking
