#include "gateway/devices/working_time.h"

#include <algorithm>

namespace rastro {
namespace {

// More texts than a fleet has weeks: edits of years. Then all are read anew.
constexpr std::size_t kMaxWeeks = 10000;

}  // namespace

const WorkingTime::Week& WorkingTime::read(const std::string& hours) {
  if (weeks_.size() >= kMaxWeeks) weeks_.clear();
  const auto [entry, added] = weeks_.try_emplace(hours);
  if (!added) return entry->second;
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(hours, error);
  if (error || !value.is_object()) return entry->second;
  entry->second = persat::decode_working_hours(value.get_object());
  const bool set =
      entry->second && std::ranges::any_of(entry->second->days, [](const auto& day) { return !day.empty(); });
  if (!set) entry->second.reset();
  return entry->second;
}

bool WorkingTime::holds(const std::string& hours, std::int64_t time_ms) {
  const Week& week = read(hours);
  if (!week) return true;
  const tracking::Calendar::Day day = calendar_.day_of(time_ms);
  // 1970-01-01 was a Thursday; the week begins on Monday.
  constexpr std::int32_t kThursday = 3;
  const auto weekday = static_cast<std::size_t>(((day.number + kThursday) % 7 + 7) % 7);
  const std::chrono::milliseconds since_midnight(time_ms - day.begin_ms);
  return std::ranges::any_of(week->days[weekday], [&](const persat::WorkingInterval& interval) {
    return since_midnight >= interval.start && since_midnight < interval.end;
  });
}

}  // namespace rastro
