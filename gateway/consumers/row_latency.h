// How long records took from being received to standing in committed rows, counted in the buckets of a
// Prometheus histogram. A value; one thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace rastro {

struct RowLatency {
  // Seconds; the last bucket has what took longer. The batch's own wait (database.batch_ms) is 0.2.
  static constexpr std::array kBounds = {0.05, 0.1, 0.2, 0.3,  0.4,  0.5,  0.75,
                                         1.0,  2.0, 5.0, 10.0, 60.0, 600.0};

  std::array<std::uint64_t, kBounds.size() + 1> counts{};
  double sum_seconds = 0;

  void add(std::int64_t took_ms) {
    const double seconds = static_cast<double>(std::max<std::int64_t>(0, took_ms)) / 1000;
    const auto bucket = std::ranges::lower_bound(kBounds, seconds) - kBounds.begin();
    counts[static_cast<std::size_t>(bucket)] += 1;
    sum_seconds += seconds;
  }
};

}  // namespace rastro
