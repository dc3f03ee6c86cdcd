// Compares what a program found in the fixes with the truth, one device at a time; README.md tells what each
// count means. Pure; a Score is a value that adds up over devices and cities.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "tests/truth/rows.h"

namespace rastro::truth {

// One device's truth and result.
struct DeviceTruthRows {
  DeviceSpan span;
  std::vector<TrueStop> stops;
  std::vector<Trip> trips;
  std::vector<DriveBy> drive_bys;
};

struct DeviceResultRows {
  std::vector<Stop> stops;
  std::vector<Visit> visits;
  std::vector<Trip> trips;
};

using ClientsByName = std::map<std::string, Client>;

struct StopScore {
  std::size_t truth = 0;
  std::size_t found = 0;  // without those that count neither way
  std::size_t matched = 0;
  std::size_t fragmented = 0;  // true stops that were found in two pieces or more
  std::size_t merged = 0;      // found stops that cover two true ones or more
  std::vector<double> start_errors_s;
  std::vector<double> end_errors_s;
  std::vector<double> latencies_s;  // from the true end to the publication
};

// How visits went to clients whose nearest neighbour is as far away as the class says.
struct NeighbourScore {
  std::size_t right = 0;
  std::size_t ambiguous = 0;  // another was named, the right one said to be possible
  std::size_t wrong = 0;
};

// Of NeighbourScore: 20 to 30 m, 30 to 60 m, further.
inline constexpr std::size_t kNeighbourClasses = 3;

struct VisitScore {
  std::size_t truth = 0;
  std::size_t found = 0;  // without those that count neither way
  std::size_t right = 0;
  std::size_t wrong_client = 0;  // matched in time; those said to be ambiguous among them
  std::size_t missed = 0;
  std::size_t at_no_client = 0;  // found at a stop that was at no customer
  std::size_t in_pieces = 0;     // found at a true visit, but not its match
  std::size_t false_visits = 0;  // found where no stop was: a drive-by, a light
  std::size_t drive_bys = 0;
  std::size_t drive_bys_stood = 0;  // of these: stood 10 s or longer
  std::array<NeighbourScore, kNeighbourClasses> neighbours;
};

struct TripScore {
  std::size_t truth = 0;
  std::size_t found = 0;
  std::size_t matched = 0;
  double truth_m = 0;
  double found_m = 0;
  double parked_h = 0;
  double false_parked_m = 0;            // of trips that were mostly inside true stops
  std::vector<double> distance_errors;  // absolute, a share of the true distance; trips of 500 m or more
};

struct Score {
  StopScore stops;
  VisitScore visits;
  TripScore trips;
};

void add_stops(StopScore& score, const DeviceTruthRows& truth, const DeviceResultRows& result);
void add_visits(VisitScore& score, const DeviceTruthRows& truth, const DeviceResultRows& result,
                const ClientsByName& clients);
void add_trips(TripScore& score, const DeviceTruthRows& truth, const DeviceResultRows& result);

}  // namespace rastro::truth
