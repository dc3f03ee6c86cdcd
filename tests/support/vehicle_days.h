// Days of a vehicle as its tracker reports them, with all that goes wrong: silence, jumps, fixes without
// satellites, two fixes of one second, nights on the road. Reproducible from a seed. Tests only.
#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/tracking/point.h"
#include "tests/support/fixed_calendar.h"

namespace rastro::test {

inline constexpr std::int64_t kMinuteMs = 60'000;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;
// 2026-11-20T03:00:00Z, midnight in Buenos Aires.
inline constexpr std::int64_t kFirstDay = 1795143600000;
inline constexpr tracking::Place kDepot{-34.6, -58.4};

// Places that these vehicles stop at, some 40 of them about the depot.
tracking::Place haunt(std::uint32_t number);

// Fixes in the order of their times, from kFirstDay on.
std::vector<tracking::Point> vehicle_days(std::uint32_t seed, int days);

}  // namespace rastro::test
