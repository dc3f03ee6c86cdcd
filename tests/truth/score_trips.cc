#include <cmath>

#include "tests/truth/score.h"
#include "tests/truth/score_spans.h"

namespace rastro::truth {
namespace {

// Of a trip round the corner every metre would be a per cent.
constexpr double kLongEnoughM = 500;
constexpr double kMsPerHour = 3'600'000;

}  // namespace

void add_trips(TripScore& score, const DeviceTruthRows& truth, const DeviceResultRows& result) {
  const std::vector<Interval> driven = intervals_of(truth.trips, truth.span);
  const std::vector<Interval> found = intervals_of(result.trips, truth.span);
  const auto matches = match(driven, found, [](std::size_t, std::size_t) { return true; });
  for (std::size_t at = 0; at < matches.size(); ++at) {
    const double true_m = truth.trips[at].distance_m;
    score.truth_m += true_m;
    if (matches[at]) {
      ++score.matched;
      if (true_m >= kLongEnoughM) {
        score.distance_errors.push_back(std::abs(result.trips[*matches[at]].distance_m - true_m) / true_m);
      }
    }
  }
  const CountedStops stops = counted(truth);
  for (const Interval& stop : stops.intervals) {
    score.parked_h += static_cast<double>(stop.length_ms()) / kMsPerHour;
  }
  for (std::size_t at = 0; at < found.size(); ++at) {
    score.found_m += result.trips[at].distance_m;
    if (mostly_in_any(found[at], stops.intervals)) {
      score.false_parked_m += result.trips[at].distance_m;
    }
  }
  score.truth += driven.size();
  score.found += found.size();
}

}  // namespace rastro::truth
