// How long a thread rests after work that it repeats as long as there is something new: so many times as long
// as the work took, so that it has a twentieth of a processor at most however much there is of it.
#pragma once

#include <algorithm>
#include <chrono>

namespace rastro {

struct Rest {
  std::chrono::milliseconds shortest;
  std::chrono::milliseconds longest;
};

inline std::chrono::milliseconds rest_after(std::chrono::steady_clock::duration work, Rest bounds) {
  constexpr int kFactor = 20;
  return std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(work * kFactor), bounds.shortest,
                    bounds.longest);
}

}  // namespace rastro
