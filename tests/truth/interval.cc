#include "tests/truth/interval.h"

#include <algorithm>

namespace rastro::truth {
namespace {

constexpr double kMatches = 0.5;

struct Pair {
  std::size_t truth;
  std::size_t found;
  double share;
};

}  // namespace

std::int64_t overlap_ms(const Interval& a, const Interval& b) {
  return std::max<std::int64_t>(0, std::min(a.end_ms, b.end_ms) - std::max(a.start_ms, b.start_ms));
}

double overlap_share(const Interval& a, const Interval& b) {
  const std::int64_t both = overlap_ms(a, b);
  const std::int64_t either = a.length_ms() + b.length_ms() - both;
  if (either == 0) {
    return a.start_ms == b.start_ms ? 1 : 0;
  }
  return static_cast<double>(both) / static_cast<double>(either);
}

bool mostly_in(const Interval& part, const Interval& whole) {
  return part.start_ms <= whole.end_ms && whole.start_ms <= part.end_ms &&
         2 * overlap_ms(part, whole) >= part.length_ms();
}

std::vector<std::optional<std::size_t>> match(const std::vector<Interval>& truth,
                                              const std::vector<Interval>& found, const MayMatch& may) {
  std::vector<Pair> pairs;
  for (std::size_t t = 0; t < truth.size(); ++t) {
    for (std::size_t f = 0; f < found.size(); ++f) {
      const double share = overlap_share(truth[t], found[f]);
      if (share >= kMatches && may(t, f)) {
        pairs.push_back({t, f, share});
      }
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.share > b.share; });
  std::vector<std::optional<std::size_t>> matches(truth.size());
  std::vector<bool> used(found.size());
  for (const Pair& pair : pairs) {
    if (!matches[pair.truth] && !used[pair.found]) {
      matches[pair.truth] = pair.found;
      used[pair.found] = true;
    }
  }
  return matches;
}

}  // namespace rastro::truth
