// Paces requests: so many a second, a few at once after a pause. Pure; time is an argument.
#pragma once

#include <algorithm>
#include <chrono>

namespace rastro::forward {

class TokenBucket {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Full at the beginning. `burst` at least 1.
  TokenBucket(double per_second, double burst) : per_second_(per_second), burst_(burst), tokens_(burst) {}

  bool take(Time now) {
    fill(now);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

  // Undoes one take(): what it was for has not happened.
  void give_back() { tokens_ = std::min(burst_, tokens_ + 1); }

  // Whether it is as if nobody had ever taken.
  bool is_full(Time now) const {
    TokenBucket later = *this;
    later.fill(now);
    return later.tokens_ >= burst_;
  }

  // When take() will say yes, if nobody takes before.
  Time next(Time now) {
    fill(now);
    if (tokens_ >= 1) return now;
    const std::chrono::duration<double> wait((1 - tokens_) / per_second_);
    return now + std::chrono::ceil<std::chrono::microseconds>(wait);
  }

 private:
  void fill(Time now) {
    if (last_ != Time{} && now > last_) {
      const double seconds = std::chrono::duration<double>(now - last_).count();
      tokens_ = std::min(burst_, tokens_ + seconds * per_second_);
    }
    last_ = std::max(last_, now);
  }

  double per_second_;
  double burst_;
  double tokens_;
  Time last_{};
};

}  // namespace rastro::forward
