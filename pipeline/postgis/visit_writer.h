// Makes the visits of devices anew from their stored stops, as far as stops or clients have changed. On a
// connection of the caller's, in its transaction; one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <span>

#include "pipeline/postgis/connection.h"
#include "pipeline/postgis/track_rows.h"
#include "pipeline/tracking/client_index.h"

namespace rastro::postgis {

struct VisitsDue {
  TrackHead head;
  std::int64_t from_ms = INT64_MIN;  // stops and trips that begin before are what they were
};

// REQUIRES: each device once, its state's row locked.
Result<void> rewrite_visits(Connection& connection, std::span<const VisitsDue> due,
                            const tracking::ClientIndex& clients);

}  // namespace rastro::postgis
