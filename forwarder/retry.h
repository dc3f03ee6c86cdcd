// When a message is tried again, and when no more. Pure; time and randomness are arguments.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "forwarder/answer.h"

namespace rastro::forward {

using Time = std::chrono::steady_clock::time_point;

struct BackOff {
  std::chrono::milliseconds first{500};
  // Long enough to spare a server that is down, short enough to be there soon when it is back.
  std::chrono::milliseconds most{60000};
};

// Doubles with each attempt (the first is 0) and takes off up to half, so that what failed together does not
// come again together. `random` from 0 to 1.
inline std::chrono::milliseconds back_off(const BackOff& limits, unsigned attempt, double random) {
  constexpr unsigned kMaxDoublings = 20;  // beyond that any sensible maximum is reached
  const auto whole =
      std::min(limits.most, limits.first * (std::int64_t{1} << std::min(attempt, kMaxDoublings)));
  const double share = 0.5 + 0.5 * std::clamp(random, 0.0, 1.0);
  return std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(whole.count()) * share));
}

// The failures of one message. Nothing is given up because the server is down: what counts are answers that
// mean nothing, and failures of this message while others were delivered.
class Attempts {
 public:
  // About half an hour at the longest pauses.
  static constexpr unsigned kMaxStrikes = 30;
  // For a message that nothing can be compared with, as it is the only device's; and for a journal that shall
  // not fill up behind one position for ever.
  static constexpr std::chrono::hours kMaxAge{24};

  unsigned count() const { return count_; }

  // Notes a failure at `now`; `last_success` is when any message was last delivered. True: park it.
  bool failed(const Verdict& verdict, bool answered, Time now, Time last_success) {
    if (count_ == 0) first_ = now;
    const bool others_go = count_ > 0 && last_success > last_;
    if (verdict.meaningless || others_go) ++strikes_;
    ++count_;
    last_ = now;
    return strikes_ >= kMaxStrikes || (answered && now - first_ >= kMaxAge);
  }

 private:
  unsigned count_ = 0;
  unsigned strikes_ = 0;
  Time first_{};
  Time last_{};
};

}  // namespace rastro::forward
