// The days that statistics are by: where each begins in the time zone of the fleet. Pure; any thread.
#pragma once

#include <cstdint>

namespace rastro::tracking {

class Calendar {
 public:
  virtual ~Calendar() = default;

  struct Day {
    std::int32_t number = 0;    // days since 1970-01-01, of the local calendar
    std::int64_t begin_ms = 0;  // UTC
    std::int64_t end_ms = 0;    // of the next day's begin
  };
  // The day that holds a moment.
  virtual Day day_of(std::int64_t time_ms) const = 0;
};

}  // namespace rastro::tracking
