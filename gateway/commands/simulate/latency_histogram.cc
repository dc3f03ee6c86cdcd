#include "gateway/commands/simulate/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace rastro {
namespace {

// Steps of each power of two: finer costs memory, coarser makes the p99 of a run a matter of rounding.
constexpr unsigned kStepBits = 6;
constexpr std::uint64_t kSteps = 1U << kStepBits;

// Below 2 * kSteps microseconds each has a bucket of its own; from there on each power of two has kSteps.
std::size_t bucket_of(std::uint64_t microseconds) {
  const unsigned width = static_cast<unsigned>(std::bit_width(microseconds));
  const unsigned shift = width > kStepBits + 1 ? width - kStepBits - 1 : 0;
  return static_cast<std::size_t>((microseconds >> shift) + shift * kSteps);
}

// The longest of a bucket.
std::uint64_t longest_of(std::size_t bucket) {
  const std::uint64_t shift = bucket < 2 * kSteps ? 0 : bucket / kSteps - 1;
  return ((bucket - shift * kSteps + 1) << shift) - 1;
}

}  // namespace

void LatencyHistogram::add(std::chrono::nanoseconds took) {
  const auto microseconds = static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
  const std::size_t bucket = bucket_of(microseconds);
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  ++buckets_[bucket];
  ++count_;
  max_us_ = std::max(max_us_, microseconds);
}

double LatencyHistogram::percentile_ms(double share) const {
  if (count_ == 0) return 0;
  const auto wanted =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  while ((seen += buckets_[bucket]) < wanted) ++bucket;
  return static_cast<double>(std::min(longest_of(bucket), max_us_)) / 1000;
}

}  // namespace rastro
