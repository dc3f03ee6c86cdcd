// How long things took, in a few kilobytes however many there were: buckets of 1/64 of a power of two of
// microseconds, so that a percentile is at most 1.6 % too long. A value; one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace rastro {

class LatencyHistogram {
 public:
  // What is below zero counts as zero.
  void add(std::chrono::nanoseconds took);

  std::uint64_t count() const { return count_; }
  // Milliseconds that the given share (0 to 1) of all took at most; 0 when there was nothing.
  double percentile_ms(double share) const;
  double max_ms() const { return static_cast<double>(max_us_) / 1000; }

 private:
  std::vector<std::uint64_t> buckets_;  // grows to the longest that there was
  std::uint64_t count_ = 0;
  std::uint64_t max_us_ = 0;
};

}  // namespace rastro
