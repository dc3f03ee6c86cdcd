// How much has come on a line of late. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rastro {

class RecentBytes {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void add(std::size_t bytes, Time now) {
    const std::uint32_t second = second_of(now);
    if (second != second_) {
      before_ = second == second_ + 1 ? bytes_ : 0;
      bytes_ = 0;
      second_ = second;
    }
    bytes_ += static_cast<std::uint32_t>(bytes);
  }

  // In this second and the one before it.
  std::uint64_t bytes(Time now) const {
    const std::uint32_t ago = second_of(now) - second_;
    if (ago == 0) return std::uint64_t{before_} + bytes_;
    return ago == 1 ? bytes_ : 0;
  }

 private:
  static std::uint32_t second_of(Time time) {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
  }

  std::uint32_t second_ = 0;
  std::uint32_t bytes_ = 0;
  std::uint32_t before_ = 0;
};

}  // namespace rastro
