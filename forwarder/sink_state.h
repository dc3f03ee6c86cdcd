// The circuit breaker: how the target as a whole is doing, and so whether anything may be sent. A refused key
// or a limit stops all positions, and a server that answers nobody is asked by one request at a time. Pure;
// one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "forwarder/answer.h"
#include "forwarder/retry.h"

namespace rastro::forward {

enum class Breaker : std::uint8_t {
  kClosed = 0,    // all goes
  kHalfOpen = 1,  // one request at a time asks whether it goes again
  kOpen = 2,      // nothing goes for a while
};

class SinkState {
 public:
  // Failures in a row that are taken for the server's and not for one position's.
  static constexpr unsigned kDownAfter = 8;

  // `key_pause`: after a refused key, which somebody has to mend. It heals without a restart.
  SinkState(BackOff limits, std::chrono::milliseconds key_pause) : limits_(limits), key_pause_(key_pause) {}

  bool may_send(Time now, std::size_t under_way) const {
    return now >= hold_until_ && (!probing_ || under_way == 0);
  }
  Time hold_until() const { return hold_until_; }
  Breaker breaker(Time now) const {
    if (!probing_) return Breaker::kClosed;
    return now < hold_until_ ? Breaker::kOpen : Breaker::kHalfOpen;
  }
  // How often it has opened out of being closed.
  std::uint64_t openings() const { return openings_; }

  // An answer that shows the server and the key to be well. One that was under way when sending was held back
  // shows nothing about now.
  void works(Time now) {
    if (now < hold_until_) return;
    probing_ = false;
    failures_in_a_row_ = 0;
    sentence_.clear();
  }

  void failed(const Verdict& verdict, Time now, double random) {
    ++failures_in_a_row_;
    if (verdict.outcome == Outcome::kStop) {
      hold(now + key_pause_, "the API key is refused, and is tried again now and then: " + verdict.sentence);
    } else if (verdict.after) {
      hold(now + *verdict.after, "the target asks to wait: " + verdict.sentence);
    } else if (failures_in_a_row_ >= kDownAfter) {
      hold(now + back_off(limits_, failures_in_a_row_ - kDownAfter, random), verdict.sentence);
    } else if (!probing_) {
      sentence_ = verdict.sentence;
    }
  }

  // Whether sending is held back, and the sentence for it; the sentence alone: some positions fail.
  bool paused() const { return probing_; }
  const std::string& sentence() const { return sentence_; }

 private:
  void hold(Time until, std::string sentence) {
    hold_until_ = std::max(hold_until_, until);
    if (!probing_) ++openings_;
    probing_ = true;
    sentence_ = std::move(sentence);
  }

  const BackOff limits_;
  const std::chrono::milliseconds key_pause_;
  Time hold_until_{};
  bool probing_ = false;
  std::uint64_t openings_ = 0;
  unsigned failures_in_a_row_ = 0;
  std::string sentence_;
};

}  // namespace rastro::forward
