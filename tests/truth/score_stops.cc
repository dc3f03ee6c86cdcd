#include <cmath>

#include "tests/truth/score.h"
#include "tests/truth/score_spans.h"

namespace rastro::truth {
namespace {

constexpr double kMsPerSecond = 1000;

double seconds_apart(std::int64_t a_ms, std::int64_t b_ms) {
  return std::abs(static_cast<double>(a_ms - b_ms)) / kMsPerSecond;
}

std::size_t count_fragmented(const std::vector<Interval>& truth, const std::vector<Interval>& found) {
  return static_cast<std::size_t>(std::count_if(truth.begin(), truth.end(), [&found](const Interval& stop) {
    return std::count_if(found.begin(), found.end(),
                         [&stop](const Interval& piece) { return mostly_in(piece, stop); }) > 1;
  }));
}

void add_boundaries(StopScore& score, const TrueStop& truth, const Stop& found) {
  if (truth.start_ms && found.start_ms) {
    score.start_errors_s.push_back(seconds_apart(*truth.start_ms, *found.start_ms));
  }
  if (truth.end_ms && found.end_ms) {
    score.end_errors_s.push_back(seconds_apart(*truth.end_ms, *found.end_ms));
  }
  if (truth.end_ms && found.published_ms) {
    score.latencies_s.push_back(static_cast<double>(*found.published_ms - *truth.end_ms) / kMsPerSecond);
  }
}

}  // namespace

CountedStops counted(const DeviceTruthRows& truth) {
  CountedStops counted;
  for (const TrueStop& stop : truth.stops) {
    const Interval interval = interval_of(stop, truth.span);
    if (stop.kind == "either") {
      counted.either.push_back(interval);
    } else {
      counted.stops.push_back(stop);
      counted.intervals.push_back(interval);
    }
  }
  return counted;
}

bool mostly_in_any(const Interval& part, const std::vector<Interval>& wholes) {
  return std::any_of(wholes.begin(), wholes.end(),
                     [&part](const Interval& whole) { return mostly_in(part, whole); });
}

void add_stops(StopScore& score, const DeviceTruthRows& truth, const DeviceResultRows& result) {
  const CountedStops stops = counted(truth);
  const std::vector<Interval> found = intervals_of(result.stops, truth.span);
  const auto matches = match(stops.intervals, found, [](std::size_t, std::size_t) { return true; });

  std::vector<bool> used(found.size());
  for (std::size_t at = 0; at < matches.size(); ++at) {
    if (matches[at]) {
      ++score.matched;
      used[*matches[at]] = true;
      add_boundaries(score, stops.stops[at], result.stops[*matches[at]]);
    }
  }
  for (std::size_t at = 0; at < found.size(); ++at) {
    if (used[at] || !mostly_in_any(found[at], stops.either)) {
      ++score.found;
    }
  }
  score.truth += stops.stops.size();
  score.fragmented += count_fragmented(stops.intervals, found);
  // A found stop in which two true ones lie is what a true stop is in which two found ones lie.
  score.merged += count_fragmented(found, stops.intervals);
}

}  // namespace rastro::truth
