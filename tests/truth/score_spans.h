// The spans of rows as the scorer compares them: an open end is the end of the device's data. Pure; values,
// any thread.
#pragma once

#include <algorithm>
#include <vector>

#include "tests/truth/interval.h"
#include "tests/truth/score.h"

namespace rastro::truth {

// A row that ends before it begins is taken as an instant.
template <typename Row>
Interval interval_of(const Row& row, const DeviceSpan& span) {
  const std::int64_t start_ms = row.start_ms.value_or(span.begin_ms);
  return {start_ms, std::max(start_ms, row.end_ms.value_or(span.end_ms))};
}

template <typename Row>
std::vector<Interval> intervals_of(const std::vector<Row>& rows, const DeviceSpan& span) {
  std::vector<Interval> intervals;
  for (const Row& row : rows) {
    intervals.push_back(interval_of(row, span));
  }
  return intervals;
}

// The true stops that count, and the intervals in which a found stop counts neither way.
struct CountedStops {
  std::vector<TrueStop> stops;
  std::vector<Interval> intervals;
  std::vector<Interval> either;
};

CountedStops counted(const DeviceTruthRows& truth);

bool mostly_in_any(const Interval& part, const std::vector<Interval>& wholes);

}  // namespace rastro::truth
