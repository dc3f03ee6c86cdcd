// A source of chance for each of many devices: eight bytes, where the standard library's would be 2.5 KiB a
// device and a miss of the cache at each draw (SplitMix64, Steele, Lea and Flood 2014). One thread.
#pragma once

#include <cstdint>

namespace rastro {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t operator()() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

}  // namespace rastro
