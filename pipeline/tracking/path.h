// How far a vehicle drove between two fixes: more than the straight line when it turned. Pure.
#pragma once

#include "pipeline/tracking/state.h"

namespace rastro::tracking {

// Metres along the way from one vertex to the next.
double path_m(const Vertex& from, const Vertex& to);

}  // namespace rastro::tracking
