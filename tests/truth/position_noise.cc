#include "tests/truth/position_noise.h"

#include <cmath>

namespace rastro::truth {
namespace {

// Receivers filter: most of the error is slow (multipath and atmosphere change with the satellites'
// movement).
constexpr double kDriftShare = 0.7;  // of the variance
constexpr double kDriftMs = 150'000;

}  // namespace

PositionNoise::PositionNoise(double deviation_m, Random random)
    : deviation_m_(deviation_m), random_(random), drift_{random_.normal(), random_.normal()} {}

Point PositionNoise::at(std::int64_t time_ms) {
  const double kept = std::exp(-static_cast<double>(time_ms - time_ms_) / kDriftMs);
  const double renewed = std::sqrt(1 - kept * kept);
  time_ms_ = time_ms;
  drift_ = drift_ * kept + Point{random_.normal(), random_.normal()} * renewed;
  const Point white{random_.normal(), random_.normal()};
  return (drift_ * std::sqrt(kDriftShare) + white * std::sqrt(1 - kDriftShare)) * deviation_m_;
}

}  // namespace rastro::truth
