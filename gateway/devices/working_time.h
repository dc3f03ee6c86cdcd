// Whether a moment lies within a device's weekly hours, as the database keeps them (persat-api.md 3.1), by
// the local calendar. Remembers what it has read; one thread.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "forwarder/persat/working_hours.h"
#include "pipeline/tracking/calendar.h"

namespace rastro {

class WorkingTime {
 public:
  explicit WorkingTime(const tracking::Calendar& calendar) : calendar_(calendar) {}

  // `hours` is the JSON of a week. A week without any hours is one that nobody has set, and holds every
  // moment; so does one that cannot be read. An interval holds its start and not its end; 24:00 is midnight.
  bool holds(const std::string& hours, std::int64_t time_ms);

 private:
  using Week = std::optional<persat::WorkingHours>;  // nothing: holds every moment

  const Week& read(const std::string& hours);

  const tracking::Calendar& calendar_;
  std::unordered_map<std::string, Week> weeks_;  // of as many texts as the fleet has
};

}  // namespace rastro
