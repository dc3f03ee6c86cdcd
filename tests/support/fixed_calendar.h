// Days of Buenos Aires, where no clock has been put forward since 2009: three hours behind UTC. Tests only.
#pragma once

#include <cstdint>

#include "pipeline/tracking/calendar.h"

namespace rastro::test {

class FixedCalendar final : public tracking::Calendar {
 public:
  Day day_of(std::int64_t time_ms) const override {
    constexpr std::int64_t kDayLengthMs = 24LL * 3'600'000;
    constexpr std::int64_t kBehindMs = 3LL * 3'600'000;
    const std::int64_t local_ms = time_ms - kBehindMs;
    const std::int64_t number = local_ms / kDayLengthMs - (local_ms % kDayLengthMs < 0 ? 1 : 0);
    const std::int64_t begin_ms = number * kDayLengthMs + kBehindMs;
    return {static_cast<std::int32_t>(number), begin_ms, begin_ms + kDayLengthMs};
  }
};

}  // namespace rastro::test
