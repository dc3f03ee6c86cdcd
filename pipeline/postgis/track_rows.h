// The COPY statements of tracking's tables and the rows that go with them, side by side so that both have the
// same columns in the same order. Pure; any thread.
#pragma once

#include <cstdint>

#include "pipeline/postgis/copy_encoder.h"
#include "pipeline/tracking/replay.h"
#include "pipeline/tracking/visit.h"

namespace rastro::postgis {

// What every row begins with, and the version that it bears.
struct TrackHead {
  std::int64_t device_id = 0;
  std::int32_t parameters_id = 0;
};

// settled_ms of a result that still changes.
inline constexpr std::int64_t kUnsettled = INT64_MAX;

inline constexpr const char* kCopyStops =
    "COPY rastro.stop (device_id, started_at, ended_at, settled_at, idling_ms, spread_m, fixes, "
    "parameters_id, position) FROM STDIN (FORMAT binary)";
void append_row(const TrackHead& head, const tracking::Settled<tracking::Stop>& stop, CopyEncoder& to);

#define RASTRO_TRIP_COLUMNS                                                                                 \
  "device_id, started_at, ended_at, settled_at, distance_m, measured_m, odometer_m, reach_m, standing_ms, " \
  "overspeed_ms, max_speed_kmh, parameters_id, ends_in_gap, from_position, to_position"
// By way of a table from which the server draws the line.
inline constexpr const char* kCopyTrips =
    "COPY pg_temp.trip_stage (" RASTRO_TRIP_COLUMNS ") FROM STDIN (FORMAT binary)";
void append_row(const TrackHead& head, const tracking::Settled<tracking::Trip>& trip, CopyEncoder& to);

inline constexpr const char* kCopyDays =
    "COPY rastro.day_statistics (device_id, day, settled_at, distance_m, driving_ms, standing_ms, idling_ms, "
    "stopped_ms, unknown_ms, engine_ms, overspeed_ms, first_movement_at, last_movement_at, max_speed_kmh, "
    "trips, stops, parameters_id) FROM STDIN (FORMAT binary)";
void append_row(const TrackHead& head, const tracking::Settled<tracking::Day>& day, CopyEncoder& to);

inline constexpr const char* kCopySetAside =
    "COPY rastro.fix_set_aside (device_id, fix_time, record_hash, settled_at, reason) FROM STDIN (FORMAT "
    "binary)";
void append_row(const TrackHead& head, const tracking::Settled<tracking::SetAside>& aside, CopyEncoder& to);

inline constexpr const char* kCopyCheckpoints =
    "COPY rastro.tracking_checkpoint (device_id, at, state) FROM STDIN (FORMAT binary)";
void append_row(const TrackHead& head, const tracking::Checkpoint& checkpoint, CopyEncoder& to);

inline constexpr const char* kCopyVisits =
    "COPY rastro.visit (device_id, client_id, arrived_at, left_at, confidence, distance_m, "
    "runner_up_client_id, runner_up_confidence, runner_up_distance_m, spread_m, stops, fixes, parameters_id, "
    "ambiguous, position) FROM STDIN (FORMAT binary)";
void append_row(const TrackHead& head, const tracking::Visit& visit, CopyEncoder& to);

}  // namespace rastro::postgis
