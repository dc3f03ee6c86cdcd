// How much has come on a line of late: in the last four to eight seconds, so that it also tells of a device
// that empties its memory among thousands and has its turn every few seconds. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ratio>

namespace rastro {

class RecentBytes {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void add(std::size_t bytes, Time now) {
    const std::uint32_t period = period_of(now);
    if (period != period_) {
      before_ = period == period_ + 1 ? bytes_ : 0;
      bytes_ = 0;
      period_ = period;
    }
    bytes_ += static_cast<std::uint32_t>(bytes);
  }

  // In this period and the one before it.
  std::uint64_t bytes(Time now) const {
    const std::uint32_t ago = period_of(now) - period_;
    if (ago == 0) return std::uint64_t{before_} + bytes_;
    return ago == 1 ? bytes_ : 0;
  }

 private:
  using Periods = std::chrono::duration<std::int64_t, std::ratio<4>>;

  static std::uint32_t period_of(Time time) {
    return static_cast<std::uint32_t>(std::chrono::duration_cast<Periods>(time.time_since_epoch()).count());
  }

  std::uint32_t period_ = 0;
  std::uint32_t bytes_ = 0;
  std::uint32_t before_ = 0;
};

}  // namespace rastro
