// Keeps fixes out of the path that the vehicle cannot have been at. A fix that is too far from the last one
// waits, and so does one elsewhere after a silence, as the first places of a receiver that wakes are guesses:
// when the next goes on from before it, it was none; when they agree with each other, the vehicle is there.
// Works on a state; one thread at a time.
#pragma once

#include <array>

#include "pipeline/tracking/parameters.h"
#include "pipeline/tracking/state.h"

namespace rastro::tracking {

// The vertices that are believed now, in their order.
struct Believed {
  std::array<Vertex, 3> vertices;
  std::size_t count = 0;
  bool jumped = false;  // nobody knows how the vehicle came to the first
};

class Cleaner {
 public:
  Cleaner(State& state, const Parameters& parameters, Segments& out)
      : state_(state), parameters_(parameters), out_(out) {}

  // REQUIRES: behind all points before it, in the order of their keys.
  Believed take(const Point& point);

 private:
  bool plausible(const Vertex& from, const Vertex& to) const;
  bool wakes_elsewhere(const Vertex& vertex) const;
  // Whether with this one behind them those that wait are believed.
  bool is_confirmed_by(const Vertex& vertex) const;
  void set_aside_doubted();

  State& state_;
  const Parameters& parameters_;
  Segments& out_;
};

}  // namespace rastro::tracking
