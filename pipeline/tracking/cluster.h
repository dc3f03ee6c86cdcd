// Fixes of one place: their middle and how they lie about it, without keeping them. Pure.
#pragma once

#include <algorithm>

#include "pipeline/tracking/state.h"

namespace rastro::tracking {

inline void add_to(Cluster& cluster, std::int64_t time_ms, const Place& place) {
  if (cluster.count == 0) {
    cluster.origin = place;
    cluster.first_ms = time_ms;
  }
  const Offset offset = offset_m(cluster.origin, place);
  cluster.east_sum_m += offset.east_m;
  cluster.north_sum_m += offset.north_m;
  cluster.square_sum_m2 += offset.east_m * offset.east_m + offset.north_m * offset.north_m;
  cluster.last_ms = time_ms;
  ++cluster.count;
}

// REQUIRES: not empty.
inline Place middle_of(const Cluster& cluster) {
  const double count = cluster.count;
  return moved(cluster.origin, {cluster.east_sum_m / count, cluster.north_sum_m / count});
}

// Sum of the squares of the distances from the middle.
inline double scatter_m2(const Cluster& cluster) {
  if (cluster.count == 0) return 0;
  const double sums = cluster.east_sum_m * cluster.east_sum_m + cluster.north_sum_m * cluster.north_sum_m;
  return std::max(0.0, cluster.square_sum_m2 - sums / cluster.count);
}

// One cluster of both, the later one's fixes being behind.
inline void join(Cluster& cluster, const Cluster& later) {
  const Offset shift = offset_m(cluster.origin, later.origin);
  const double count = later.count;
  cluster.square_sum_m2 += later.square_sum_m2 +
                           2 * (shift.east_m * later.east_sum_m + shift.north_m * later.north_sum_m) +
                           count * (shift.east_m * shift.east_m + shift.north_m * shift.north_m);
  cluster.east_sum_m += later.east_sum_m + count * shift.east_m;
  cluster.north_sum_m += later.north_sum_m + count * shift.north_m;
  cluster.count += later.count;
  cluster.last_ms = later.last_ms;
}

}  // namespace rastro::tracking
