// When a vehicle came to a place and when it left it, between the fixes that were seen: estimates from the
// way and the speeds at its ends. Pure.
#pragma once

#include "pipeline/tracking/state.h"

namespace rastro::tracking {

// A vehicle does at least so much on the last metres to a stop and the first from it.
inline constexpr double kManoeuvreMs = 5;  // metres a second

// How long a way takes at that speed, or at the pace of a manoeuvre where that is faster. Milliseconds.
std::int64_t travel_ms(double distance_m, float speed_kmh);

// When it came to the fixes of one place, seen from the last vertex before them.
std::int64_t arrival_ms(const Cluster& at, const Vertex& before);

// When it left them, seen from the first fix elsewhere.
std::int64_t departure_ms(const Cluster& from, const Vertex& seen);

// When the stop of a state ended, where it was seen to have ended at `seen_ms`: a vehicle that pulls out and
// waits at the next corner is still within the noise of where it stood, but its engine was started.
std::int64_t drove_off_ms(const State& state, std::int64_t seen_ms);

}  // namespace rastro::tracking
