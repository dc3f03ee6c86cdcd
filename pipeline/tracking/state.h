// All that tracking remembers of a device between two fixes: what it has read is not needed again. Small, of
// fixed size, and written out to the same bytes on every machine, so that work can stop anywhere and go on
// elsewhere. Values only.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "pipeline/tracking/segments.h"

namespace rastro::tracking {

// A moment of the path. Floats that are not known are negative.
struct Vertex {
  std::int64_t time_ms = 0;
  Place place;
  float speed_kmh = -1;
  float course_deg = -1;
  std::int8_t ignition = -1;  // 0 off, 1 on, -1 unknown
  std::int64_t odometer_m = -1;
};

// A fix that may be a jump: it waits for what comes after it.
struct Doubted {
  Vertex vertex;
  std::uint64_t record_hash = 0;
};

// Fixes of one place.
struct Cluster {
  Place origin;  // the first; sums are of the offsets from it
  double east_sum_m = 0;
  double north_sum_m = 0;
  double square_sum_m2 = 0;
  std::uint32_t count = 0;
  std::int64_t first_ms = 0;
  std::int64_t last_ms = 0;
};

enum class Phase : std::uint8_t {
  kNothing = 0,  // no fix yet
  kMoving = 1,
  kStopped = 2,
  kLeaving = 3,  // was stopped; what came since may be noise
};

struct State {
  Phase phase = Phase::kNothing;
  PointKey last_key{.time_ms = INT64_MIN};  // of all fixes that were read
  Vertex last;                              // of the last fix that was believed
  std::uint8_t doubted_count = 0;
  std::array<Doubted, 2> doubted;
  double noise_m2 = 0;  // variance of this device's fixes in one direction, as learnt from its stops; 0: none

  Cluster stay;                 // of the stop that lasts
  std::int64_t arrived_ms = 0;  // at it
  std::int64_t stop_idling_ms = 0;
  std::int64_t engine_started_ms = 0;  // at this stop, the last time
  std::uint8_t engine_starts = 0;      // at this stop; two stand for more
  Cluster candidate;                   // fixes that may become a stop
  std::uint8_t far_count = 0;          // while leaving: fixes beyond the leave distance

  Vertex vertex;  // the last of the trip's path
  Trip trip;      // the one that lasts, and while leaving the one that may have begun
  std::int64_t odometer_begin_m = -1;

  bool has_day = false;
  std::int64_t day_end_ms = 0;
  Day day;
};

// The bytes of a state, and back; false when they are none of this version.
std::string encode_state(const State& state);
bool decode_state(std::string_view bytes, State& state);

}  // namespace rastro::tracking
