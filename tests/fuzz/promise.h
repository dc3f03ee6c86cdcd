// What a fuzz target holds a protocol to, and options made from fuzz bytes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "protocols/session.h"

namespace rastro::test {

inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

// Seeds and targets agree on these bits: the first byte of an input.
struct Choice {
  static constexpr std::uint8_t kUdp = 1;
  static constexpr std::uint8_t kAcceptBadChecksum = 2;
  static constexpr std::uint8_t kAckDocumented = 4;
  static constexpr std::uint8_t kNotLoggedIn = 8;
  static constexpr std::uint8_t kIo16 = 16;
  static constexpr unsigned kCutShift = 5;
};

inline constexpr std::string_view kFuzzIdentity = "123456789012345";
inline constexpr std::int64_t kFuzzArrival = 1795534200000;  // 2026-11-24T15:30:00Z

// The pieces that a network makes of a stream.
inline std::vector<std::vector<std::uint8_t>> in_pieces(const std::vector<std::uint8_t>& whole,
                                                        std::uint8_t choice) {
  constexpr std::size_t kSizes[] = {1, 2, 7, 64, 3, 13, 31, 257};
  // A longer stream in bigger pieces: what a byte at a time finds, it finds in short ones too.
  const std::size_t size = std::max(kSizes[choice >> Choice::kCutShift], whole.size() / 32);
  std::vector<std::vector<std::uint8_t>> pieces;
  for (std::size_t at = 0; at < whole.size(); at += size) {
    const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(at);
    pieces.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(std::min(size, whole.size() - at)));
  }
  return pieces;
}

}  // namespace rastro::test
