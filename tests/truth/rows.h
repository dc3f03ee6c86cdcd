// The rows of the truth set's files and of results, one struct a file; README.md tells what they mean. Values
// only; times are UTC milliseconds since 1970, an absent time is an open end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/truth/geometry.h"

namespace rastro::truth {

// clients.csv
struct Client {
  std::string name;
  Place place;
  double radius_m = 0;
  double neighbour_m = 0;  // to the nearest client that is not in the same building
  std::string building;    // empty: alone in its building
};

// devices.csv: what time its data is about.
struct DeviceSpan {
  std::string device;
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;
};

// fixes.csv: in the order of arrival.
struct FixRow {
  std::string device;
  std::int64_t arrival_ms = 0;
  std::int64_t time_ms = 0;
  bool valid = false;
  Place place;
  std::optional<double> speed_kmh;
  std::optional<double> course_deg;
  std::optional<std::int64_t> satellites;
  std::optional<bool> ignition;
  std::optional<double> odometer_m;
};

// truth_stops.csv
struct TrueStop {
  std::string device;
  std::optional<std::int64_t> start_ms;
  std::optional<std::int64_t> end_ms;
  Place place;
  std::string kind;  // visit, lunch, fuel, overnight; either: counts neither as hit nor as extra
  std::vector<std::string> clients;  // of a building all; none: a stop at no customer
};

// drive_bys.csv: the true path came within the client's radius and no planned stop was made meanwhile.
struct DriveBy {
  std::string device;
  std::string client;
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  double closest_m = 0;
  double stood_s = 0;  // the longest time that it stood meanwhile
};

// stops.csv
struct Stop {
  std::string device;
  std::optional<std::int64_t> start_ms;
  std::optional<std::int64_t> end_ms;
  Place place;
  std::optional<std::int64_t> published_ms;  // in the time of arrivals: when it was final
};

// visits.csv
struct Visit {
  std::string device;
  std::string client;
  std::optional<std::int64_t> start_ms;
  std::optional<std::int64_t> end_ms;
  std::vector<std::string> ambiguous_with;
  std::optional<double> confidence;  // 0 … 1
};

// truth_trips.csv and trips.csv
struct Trip {
  std::string device;
  std::optional<std::int64_t> start_ms;
  std::optional<std::int64_t> end_ms;
  double distance_m = 0;
};

}  // namespace rastro::truth
