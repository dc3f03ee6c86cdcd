// The true paths of the vehicles, a second at a time where they move: as SUMO tells them, as track.csv keeps
// them and as the noise model reads them. Owns its points; values, any thread.
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <vector>

#include "tests/truth/geometry.h"

namespace rastro::truth {

// Holds until the next point of the same vehicle: a parked night is one point.
struct TrackPoint {
  std::int64_t time_ms = 0;
  Point point;
  double speed_mps = 0;
  double course_deg = 0;
  double odometer_m = 0;  // along the lanes, from the first point of the device
};

using Track = std::vector<TrackPoint>;

struct StopInfo {
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;
};

// What SUMO's vehicles did, by their names; times are milliseconds after midnight and each odometer begins at
// 0.
struct Driven {
  std::map<std::string, Track> tracks;
  std::map<std::string, std::vector<StopInfo>> stops;  // in the order they were made
};

// SUMO's FCD output (1 Hz) with its stop output behind it. Throws std::runtime_error when a vehicle vanishes
// for a while (teleported): its path would be no truth.
Driven read_sumo(std::istream& xml);

void write_tracks(const std::string& path, const std::map<std::string, Track>& tracks);
std::map<std::string, Track> read_tracks(const std::string& path);

// The state at `time_ms`, which is not before the first point.
const TrackPoint& at_time(const Track& track, std::int64_t time_ms);

}  // namespace rastro::truth
