// Clocks of devices that are wrong by a known kind of mistake: the GPS week that rolled over, and whole hours
// of a time zone in times that should be UTC. Pure; the arrival time is an argument, and without one (0)
// nothing is ever corrected. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>

namespace rastro {

// A time of arrival that nobody knows: `rastro decode` and tests.
inline constexpr std::int64_t kNoArrival = 0;

// The time with as many periods of 1,024 GPS weeks (19.6 years) added as bring it into the year before its
// arrival; without a change when none do. So the same record decodes to the same time whenever it comes.
std::int64_t without_week_rollover(std::int64_t time_ms, std::int64_t received_ms);

// Learns a whole-hour offset from the times of live positions against their arrival. It is taken as learnt
// after several in a row agree over a minute or more: a backlog, which is sent faster than it was recorded,
// never does.
class OffsetLearner {
 public:
  explicit OffsetLearner(std::int32_t offset_s = 0) : offset_s_(offset_s) {}

  // By how many seconds the device's times are ahead of the world.
  std::int32_t offset_s() const { return offset_s_; }

  // A live time as the device reported it. True when offset_s() has changed.
  bool observe(std::int64_t time_ms, std::int64_t received_ms);

 private:
  std::int32_t offset_s_;
  std::int32_t candidate_s_ = 0;
  std::int32_t agreeing_ = 0;
  std::int64_t since_ms_ = 0;      // arrival of the first that agreed
  std::int64_t last_time_ms_ = 0;  // a clock that stands still teaches nothing
};

}  // namespace rastro
