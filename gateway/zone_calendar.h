// The days of a time zone, by the system's zone files. Read once; any thread.
#pragma once

#include <string>

#include "pipeline/tracking/calendar.h"

namespace date {
class time_zone;
}

namespace rastro {

class ZoneCalendar final : public tracking::Calendar {
 public:
  // Throws std::runtime_error with a sentence when there is no such zone.
  explicit ZoneCalendar(const std::string& name);

  Day day_of(std::int64_t time_ms) const override;
  Day day(std::int32_t number) const;

 private:
  const date::time_zone* zone_;  // lives as long as the process
};

}  // namespace rastro
