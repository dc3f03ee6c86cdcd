// Spans of time and how they cover each other: the measure by which what was found is matched with what is
// true. Pure; values, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace rastro::truth {

struct Interval {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;  // not before the start

  std::int64_t length_ms() const { return end_ms - start_ms; }
};

std::int64_t overlap_ms(const Interval& a, const Interval& b);
// Length of what both cover by the length of what either covers, 0 … 1; 1 for the same instant.
double overlap_share(const Interval& a, const Interval& b);
// Whether half of `part` or more lies in `whole`.
bool mostly_in(const Interval& part, const Interval& whole);

// For each of `truth` the one of `found` that is its match: the pairs of an overlap share of 0.5 or more,
// best first, each used once. Only pairs that `may` allows.
using MayMatch = std::function<bool(std::size_t truth, std::size_t found)>;
std::vector<std::optional<std::size_t>> match(const std::vector<Interval>& truth,
                                              const std::vector<Interval>& found, const MayMatch& may);

}  // namespace rastro::truth
