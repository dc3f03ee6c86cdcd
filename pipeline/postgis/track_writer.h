// Puts what replays gave in the place of the rows that they make wrong, for many devices at once. On a
// connection of the caller's, in its transaction; one thread. Nothing throws.
#pragma once

#include <span>

#include "pipeline/postgis/connection.h"
#include "pipeline/postgis/track_rows.h"

namespace rastro::postgis {

struct TrackUpdate {
  TrackHead head;
  // What was settled from this time on is replaced, up to where the replay has landed. kUnsettled: only what
  // still changes.
  std::int64_t from_ms = INT64_MIN;
  const tracking::Replay* replay = nullptr;
};

// Once for each connection, before any transaction.
Result<void> prepare_track_writer(Connection& connection);

// All tables but visits, and the device's state. REQUIRES: each device once, its state's row locked.
Result<void> write_tracks(Connection& connection, std::span<const TrackUpdate> updates);

// Sends what was encoded, unless that is nothing.
Result<void> copy_encoded(Connection& connection, const char* sql, CopyEncoder& encoder);

}  // namespace rastro::postgis
