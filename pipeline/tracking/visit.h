// Which client a stop was a visit to: of the clients that it stood at, the likeliest, how sure that is, and
// who else it may have been. Stops at one client that the vehicle did not leave between them are one visit.
// Pure: the same stops and clients give the same visits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "pipeline/tracking/client_index.h"
#include "pipeline/tracking/segments.h"

namespace rastro::tracking {

struct Candidate {
  std::int64_t client_id = 0;
  double probability = 0;  // that the stop was for it
  double distance_m = 0;   // of the stop's middle from the client's point
};

struct Visit {
  std::int64_t arrived_ms = 0;
  std::optional<std::int64_t> left_ms;  // empty: it lasts
  Place place;                          // of the longest of its stops
  Candidate client;
  std::optional<Candidate> runner_up;
  bool ambiguous = false;  // the two cannot be told apart
  std::uint32_t stops = 0;
  std::uint32_t fixes = 0;
  double spread_m = 0;  // of the fixes about the place, as of the stop
};

// `stops` and `trips` of one device, each in the order of time and without a hole between the first and the
// last. A trip that lasts may be among them.
std::vector<Visit> find_visits(std::span<const Stop> stops, std::span<const Trip> trips,
                               const ClientIndex& clients);

}  // namespace rastro::tracking
