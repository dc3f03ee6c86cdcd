#include "pipeline/tracking/day_book.h"

#include <algorithm>

namespace rastro::tracking {

Day& DayBook::day_at(std::int64_t time_ms) {
  if (state_.has_day && time_ms < state_.day_end_ms) return state_.day;
  if (state_.has_day) out_.days.push_back(state_.day);
  const Calendar::Day day = calendar_.day_of(time_ms);
  state_.has_day = true;
  state_.day_end_ms = day.end_ms;
  state_.day = Day{};
  state_.day.day = day.number;
  return state_.day;
}

template <typename Add>
void DayBook::split(std::int64_t begin_ms, std::int64_t end_ms, Add add) {
  while (begin_ms < end_ms) {
    Day& day = day_at(begin_ms);
    const std::int64_t until_ms = std::min(end_ms, state_.day_end_ms);
    add(day, begin_ms, until_ms);
    begin_ms = until_ms;
  }
}

void DayBook::add_drive(const Drive& drive) {
  const auto whole_ms = static_cast<double>(drive.end_ms - drive.begin_ms);
  split(drive.begin_ms, drive.end_ms, [&](Day& day, std::int64_t begin_ms, std::int64_t end_ms) {
    const std::int64_t part_ms = end_ms - begin_ms;
    day.driving_ms += part_ms;
    day.distance_m += drive.distance_m * static_cast<double>(part_ms) / whole_ms;
    if (drive.standing) day.standing_ms += part_ms;
    if (drive.engine_on) day.engine_ms += part_ms;
    if (drive.overspeed) day.overspeed_ms += part_ms;
    day.max_speed_kmh = std::max(day.max_speed_kmh, drive.max_speed_kmh);
    if (!day.first_movement_ms) day.first_movement_ms = begin_ms;
    day.last_movement_ms = end_ms;
  });
}

void DayBook::add_stop(std::int64_t begin_ms, std::int64_t end_ms, bool engine_on) {
  split(begin_ms, end_ms, [&](Day& day, std::int64_t from_ms, std::int64_t to_ms) {
    day.stopped_ms += to_ms - from_ms;
    if (!engine_on) return;
    day.idling_ms += to_ms - from_ms;
    day.engine_ms += to_ms - from_ms;
  });
}

void DayBook::take_back(std::int64_t begin_ms, std::int64_t end_ms) {
  state_.day.stopped_ms -= end_ms - begin_ms;
  state_.day.idling_ms -= end_ms - begin_ms;
  state_.day.engine_ms -= end_ms - begin_ms;
}

// Days that are closed stay as they are.
bool DayBook::can_take_back(std::int64_t begin_ms) const {
  return state_.has_day && calendar_.day_of(begin_ms).number == state_.day.day;
}

// The days that lie wholly within a gap get no entry: a clock that was years off would fill the years.
void DayBook::add_gap(std::int64_t begin_ms, std::int64_t end_ms) {
  if (begin_ms >= end_ms) return;
  Day& first = day_at(begin_ms);
  first.unknown_ms += std::min(end_ms, state_.day_end_ms) - begin_ms;
  if (end_ms <= state_.day_end_ms) return;
  const std::int64_t last_begin_ms = calendar_.day_of(end_ms).begin_ms;
  day_at(end_ms).unknown_ms += end_ms - last_begin_ms;
}

}  // namespace rastro::tracking
