// What is true of a device's days: its stops, its trips and whom it drove by, read off the exact path and the
// plan. Pure; values, any thread.
#pragma once

#include <string>
#include <vector>

#include "tests/truth/plan.h"
#include "tests/truth/rows.h"
#include "tests/truth/track.h"

namespace rastro::truth {

struct DeviceTruth {
  DeviceSpan span;
  Track track;
  std::vector<TrueStop> stops;  // in order; those of kind "either" among them
  std::vector<Trip> trips;
};

// Local midnight of the first day, in UTC milliseconds: 27 February 2026 in Buenos Aires (UTC−3, no summer
// time), so that a week crosses the month's end, and each evening the end of a day in UTC.
inline constexpr std::int64_t kFirstMidnightMs = 1'772'161'200'000;
inline constexpr std::int64_t kDayMs = 86'400'000;

// Joins a device's simulated days, with the parked nights between them. `plan` is the device's rows. Throws
// std::runtime_error when a vehicle did not make all its stops.
DeviceTruth join_days(const std::vector<PlanRow>& plan, const Driven& driven);

// Adds a stop of kind "either" wherever the vehicle kept within 15 m for 120 s or longer without a planned
// stop: whether that is a stop is a matter of opinion.
void add_either(DeviceTruth& truth);

}  // namespace rastro::truth
