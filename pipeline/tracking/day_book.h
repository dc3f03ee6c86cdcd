// Writes what a device did from one moment to another into its days, split where a day ends. Entries come in
// the order of time and leave no hole. Works on a state; one thread at a time.
#pragma once

#include "pipeline/tracking/calendar.h"
#include "pipeline/tracking/state.h"

namespace rastro::tracking {

class DayBook {
 public:
  DayBook(State& state, const Calendar& calendar, Segments& out)
      : state_(state), calendar_(calendar), out_(out) {}

  // From `begin_ms` to `end_ms`; a distance is spread evenly.
  struct Drive {
    std::int64_t begin_ms = 0;
    std::int64_t end_ms = 0;
    double distance_m = 0;
    bool standing = false;
    bool engine_on = false;
    bool overspeed = false;
    double max_speed_kmh = 0;
  };
  void add_drive(const Drive& drive);
  void add_stop(std::int64_t begin_ms, std::int64_t end_ms, bool engine_on);
  void add_gap(std::int64_t begin_ms, std::int64_t end_ms);
  // The end of a stop with the engine running was none. REQUIRES: can_take_back(begin_ms)
  void take_back(std::int64_t begin_ms, std::int64_t end_ms);
  bool can_take_back(std::int64_t begin_ms) const;

  void count_trip(std::int64_t at_ms) { ++day_at(at_ms).trips; }
  void count_stop(std::int64_t at_ms) { ++day_at(at_ms).stops; }

 private:
  // The open day, which holds that moment or a later one; the days before are closed.
  Day& day_at(std::int64_t time_ms);
  // Calls add(day, begin_ms, end_ms) for each day that has a part of the time.
  template <typename Add>
  void split(std::int64_t begin_ms, std::int64_t end_ms, Add add);

  State& state_;
  const Calendar& calendar_;
  Segments& out_;
};

}  // namespace rastro::tracking
