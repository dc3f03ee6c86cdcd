#include "protocols/time_base.h"

#include <cstdlib>

namespace rastro {
namespace {

constexpr std::int64_t kRolloverMs = std::int64_t{1024} * 7 * 86400 * 1000;
// 1980-01-06. No receiver tells an earlier time, and what a hostile device tells is not calculated with.
constexpr std::int64_t kGpsStartMs = 315964800000;
constexpr std::int64_t kDayMs = std::int64_t{86400} * 1000;
// How far a clock without the roll-over may be ahead, and how long a device may keep what it could not send.
// Outside of that a time is old or nonsense for another reason, and stays what it is.
constexpr std::int64_t kAheadMs = kDayMs;
constexpr std::int64_t kBacklogMs = 365 * kDayMs;
// Between a position and its arrival lie the radio and the device's own haste, not minutes.
constexpr std::int64_t kToleranceMs = 90 * 1000;
constexpr std::int64_t kHourMs = 3600 * 1000;
constexpr std::int64_t kFarthestZoneHours = 14;
// A device reports every 10 to 60 seconds while it moves.
constexpr std::int32_t kEnough = 3;
constexpr std::int64_t kEnoughMs = 60 * 1000;

}  // namespace

std::int64_t without_week_rollover(std::int64_t time_ms, std::int64_t received_ms) {
  if (received_ms == kNoArrival || time_ms < kGpsStartMs) return time_ms;
  const std::int64_t age_ms = received_ms - time_ms;
  const std::int64_t periods = (age_ms + kAheadMs) / kRolloverMs;
  if (periods < 1 || age_ms - periods * kRolloverMs > kBacklogMs) return time_ms;
  return time_ms + periods * kRolloverMs;
}

bool OffsetLearner::observe(std::int64_t time_ms, std::int64_t received_ms) {
  if (received_ms == kNoArrival || time_ms < kGpsStartMs || time_ms == last_time_ms_) return false;
  last_time_ms_ = time_ms;
  const std::int64_t ahead_ms = time_ms - received_ms;
  const std::int64_t hours = (ahead_ms + (ahead_ms < 0 ? -kHourMs : kHourMs) / 2) / kHourMs;
  if (std::abs(hours) > kFarthestZoneHours || std::abs(ahead_ms - hours * kHourMs) > kToleranceMs) {
    agreeing_ = 0;
    return false;
  }
  const auto seen_s = static_cast<std::int32_t>(hours * 3600);
  if (agreeing_ == 0 || seen_s != candidate_s_) {
    candidate_s_ = seen_s;
    agreeing_ = 0;
    since_ms_ = received_ms;
  }
  if (agreeing_ < kEnough) ++agreeing_;
  if (agreeing_ < kEnough || received_ms - since_ms_ < kEnoughMs || seen_s == offset_s_) return false;
  offset_s_ = seen_s;
  return true;
}

}  // namespace rastro
