// Reads a stretch of a device's fixes, the first time or again, and keeps what has to be stored of it: what
// each fix settled, and the states that a later replay can begin from. Pure; one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/tracking/tracker.h"

namespace rastro::tracking {

// A result that nothing changes any more but an earlier fix, with the time of the fix that settled it: what
// comes of the fixes from a moment on is just what was settled from then on.
template <typename T>
struct Settled {
  T value;
  std::int64_t settled_ms = 0;
};

// The state before the first fix at that moment or behind it.
struct Checkpoint {
  std::int64_t at_ms = 0;
  std::string state;  // encode_state
};

// Between two checkpoints: a late fix costs reading this much again, and a checkpoint two thirds of a
// kilobyte, a hundredth of what a device's fixes take up in that time.
inline constexpr std::int64_t kCheckpointMs = 6LL * 3600 * 1000;

class Replay {
 public:
  // The tracker is used while the replay lives. From an empty state: from the device's first fix on.
  Replay(const Tracker& tracker, const State& start) : tracker_(tracker), state_(start) {}

  // Checkpoints of an earlier replay, by time, behind which no fix has changed. Where the state is the same
  // as it was then, what was stored from there on stands, and the replay has landed.
  void land_on(std::vector<Checkpoint> standing) { standing_ = std::move(standing); }

  // In the order of their keys. Does nothing once landed.
  void take(const Point& point);

  bool landed() const { return landed_; }
  // REQUIRES: landed
  std::int64_t landed_ms() const { return landed_ms_; }
  const State& state() const { return state_; }
  std::uint64_t points() const { return points_; }

  const std::vector<Settled<Stop>>& stops() const { return stops_; }
  const std::vector<Settled<Trip>>& trips() const { return trips_; }
  const std::vector<Settled<Day>>& days() const { return days_; }
  const std::vector<Settled<SetAside>>& set_aside() const { return set_aside_; }
  const std::vector<Checkpoint>& checkpoints() const { return checkpoints_; }

 private:
  void mark(std::int64_t time_ms);

  const Tracker& tracker_;
  State state_;
  std::vector<Checkpoint> standing_;
  bool landed_ = false;
  std::int64_t landed_ms_ = 0;
  std::uint64_t points_ = 0;
  Segments segments_;  // of one fix
  std::vector<Settled<Stop>> stops_;
  std::vector<Settled<Trip>> trips_;
  std::vector<Settled<Day>> days_;
  std::vector<Settled<SetAside>> set_aside_;
  std::vector<Checkpoint> checkpoints_;
};

// No stop or trip that comes of reading on from the state begins before this moment.
std::int64_t unsettled_from_ms(const State& state);

}  // namespace rastro::tracking
