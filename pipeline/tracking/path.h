// How far a vehicle drove between two fixes: more than the straight line when it turned. Pure.
#pragma once

#include "pipeline/tracking/state.h"

namespace rastro::tracking {

// Metres along the way from one vertex to the next, of which the courses tell where it turned.
double path_m(const Vertex& from, const Vertex& to);

// The course at a vertex: its own when it moves; at rest that of the way by which the vehicle came.
float course_between(const Vertex& from, const Vertex& to);

}  // namespace rastro::tracking
