#include <algorithm>

#include "tests/truth/score.h"
#include "tests/truth/score_spans.h"

namespace rastro::truth {
namespace {

constexpr double kStoodS = 10;
constexpr double kNearNeighbourM = 30;
constexpr double kNeighbourM = 60;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool any_of_them(const std::vector<std::string>& names, const std::vector<std::string>& wanted) {
  return std::any_of(names.begin(), names.end(),
                     [&wanted](const std::string& name) { return contains(wanted, name); });
}

NeighbourScore& neighbours_of(VisitScore& score, const TrueStop& stop, const ClientsByName& clients) {
  const double neighbour_m = clients.at(stop.clients.front()).neighbour_m;
  return score.neighbours[neighbour_m < kNearNeighbourM ? 0 : neighbour_m < kNeighbourM ? 1 : 2];
}

struct Visits {
  std::vector<TrueStop> visits;
  std::vector<Interval> intervals;
  std::vector<Interval> at_no_client;
};

Visits visits_of(const CountedStops& stops) {
  Visits visits;
  for (std::size_t at = 0; at < stops.stops.size(); ++at) {
    if (stops.stops[at].clients.empty()) {
      visits.at_no_client.push_back(stops.intervals[at]);
    } else {
      visits.visits.push_back(stops.stops[at]);
      visits.intervals.push_back(stops.intervals[at]);
    }
  }
  return visits;
}

// A second visit row for another client of the building in which the right one was found: nobody can know.
bool same_building(const Visit& found, const Interval& interval, const Visits& truth) {
  for (std::size_t at = 0; at < truth.visits.size(); ++at) {
    if (contains(truth.visits[at].clients, found.client) && mostly_in(interval, truth.intervals[at]) &&
        overlap_share(interval, truth.intervals[at]) >= 0.5) {
      return true;
    }
  }
  return false;
}

}  // namespace

void add_visits(VisitScore& score, const DeviceTruthRows& truth, const DeviceResultRows& result,
                const ClientsByName& clients) {
  const CountedStops stops = counted(truth);
  const Visits visits = visits_of(stops);
  const std::vector<Interval> found = intervals_of(result.visits, truth.span);
  std::vector<bool> used(found.size());

  const auto right = match(visits.intervals, found, [&](std::size_t t, std::size_t f) {
    return contains(visits.visits[t].clients, result.visits[f].client);
  });
  for (std::size_t at = 0; at < right.size(); ++at) {
    if (right[at]) {
      used[*right[at]] = true;
      ++score.right;
      ++score.found;
      ++neighbours_of(score, visits.visits[at], clients).right;
    }
  }
  const auto wrong =
      match(visits.intervals, found, [&](std::size_t t, std::size_t f) { return !right[t] && !used[f]; });
  for (std::size_t at = 0; at < wrong.size(); ++at) {
    if (wrong[at]) {
      used[*wrong[at]] = true;
      ++score.wrong_client;
      ++score.found;
      NeighbourScore& neighbours = neighbours_of(score, visits.visits[at], clients);
      const bool said = any_of_them(result.visits[*wrong[at]].ambiguous_with, visits.visits[at].clients);
      ++(said ? neighbours.ambiguous : neighbours.wrong);
    } else if (!right[at]) {
      ++score.missed;
    }
  }
  for (std::size_t at = 0; at < found.size(); ++at) {
    if (used[at] || mostly_in_any(found[at], stops.either) ||
        same_building(result.visits[at], found[at], visits)) {
      continue;
    }
    ++score.found;
    if (mostly_in_any(found[at], visits.intervals)) {
      ++score.in_pieces;
    } else if (mostly_in_any(found[at], visits.at_no_client)) {
      ++score.at_no_client;
    } else {
      ++score.false_visits;
    }
  }
  score.truth += visits.visits.size();
  score.drive_bys += truth.drive_bys.size();
  score.drive_bys_stood += static_cast<std::size_t>(
      std::count_if(truth.drive_bys.begin(), truth.drive_bys.end(),
                    [](const DriveBy& drive_by) { return drive_by.stood_s >= kStoodS; }));
}

}  // namespace rastro::truth
