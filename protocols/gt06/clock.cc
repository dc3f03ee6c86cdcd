#include "protocols/gt06/clock.h"

namespace rastro::gt06 {
namespace {

constexpr std::int64_t kSecondMs = 1000;

}  // namespace

void Clock::configure(const DeviceSettings& settings) {
  set_offset_s_ = settings.utc_offset_s;
  if (settings.learnt_clock == given_) return;
  given_ = settings.learnt_clock;
  local_ = OffsetLearner(given_.local_s);
  utc_ = OffsetLearner(given_.utc_s);
}

void Clock::correct(Base base, Time& time) const {
  const std::int32_t learnt_s = base == Base::kLocal ? local_.offset_s() : utc_.offset_s();
  const std::int64_t corrected_ms = without_week_rollover(time.utc_ms, received_ms_) - learnt_s * kSecondMs;
  if (corrected_ms == time.utc_ms) return;
  time.reported_ms = time.utc_ms;
  time.utc_ms = corrected_ms;
}

bool Clock::observe(Base base, const Time& live) {
  const std::int64_t reported_ms =
      without_week_rollover(live.reported_ms.value_or(live.utc_ms), received_ms_);
  return (base == Base::kLocal ? local_ : utc_).observe(reported_ms, received_ms_);
}

}  // namespace rastro::gt06
