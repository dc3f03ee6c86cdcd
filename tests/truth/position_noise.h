// How far a receiver's place is off: a part that is new with every fix and one that drifts for minutes
// (first-order Gauss–Markov), together of a given standard deviation on each axis. Owns its state and draws;
// one thread.
#pragma once

#include <cstdint>

#include "tests/truth/geometry.h"
#include "tests/truth/random.h"

namespace rastro::truth {

class PositionNoise {
 public:
  PositionNoise(double deviation_m, Random random);

  // Times may not go back.
  Point at(std::int64_t time_ms);

 private:
  double deviation_m_;
  Random random_;
  Point drift_;  // of standard deviation 1
  std::int64_t time_ms_ = 0;
};

}  // namespace rastro::truth
