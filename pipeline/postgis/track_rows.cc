#include "pipeline/postgis/track_rows.h"

#include "pipeline/postgis/point_reader.h"

namespace rastro::postgis {
namespace {

using tracking::Settled;

void add_settled(std::int64_t settled_ms, CopyEncoder& to) {
  if (settled_ms == kUnsettled) {
    to.add_endless_time();
  } else {
    to.add_time(settled_ms);
  }
}

void add_place(const tracking::Place& place, CopyEncoder& to) {
  to.add_point(place.latitude_deg, place.longitude_deg);
}

void add_count(std::uint32_t count, CopyEncoder& to) { to.add_integer(static_cast<std::int32_t>(count)); }

}  // namespace

void append_row(const TrackHead& head, const Settled<tracking::Stop>& row, CopyEncoder& to) {
  const tracking::Stop& stop = row.value;
  to.begin_row(9);
  to.add_bigint(head.device_id);
  to.add_time(stop.started_ms);
  to.add_time(stop.ended_ms);
  add_settled(row.settled_ms, to);
  to.add_bigint(stop.idling_ms);
  to.add_double(stop.spread_m);
  add_count(stop.fixes, to);
  to.add_integer(head.parameters_id);
  add_place(stop.place, to);
}

void append_row(const TrackHead& head, const Settled<tracking::Trip>& row, CopyEncoder& to) {
  const tracking::Trip& trip = row.value;
  to.begin_row(15);
  to.add_bigint(head.device_id);
  to.add_time(trip.started_ms);
  to.add_time(trip.ended_ms);
  add_settled(row.settled_ms, to);
  to.add_double(trip.distance_m());
  to.add_double(trip.measured_m);
  if (trip.odometer_m) {
    to.add_bigint(static_cast<std::int64_t>(*trip.odometer_m));
  } else {
    to.add_null();
  }
  to.add_double(trip.reach_m);
  to.add_bigint(trip.standing_ms);
  to.add_bigint(trip.overspeed_ms);
  to.add_real(trip.max_speed_kmh);
  to.add_integer(head.parameters_id);
  to.add_boolean(trip.ends_in_gap);
  add_place(trip.from, to);
  add_place(trip.to, to);
}

void append_row(const TrackHead& head, const Settled<tracking::Day>& row, CopyEncoder& to) {
  const tracking::Day& day = row.value;
  to.begin_row(17);
  to.add_bigint(head.device_id);
  to.add_date(day.day);
  add_settled(row.settled_ms, to);
  to.add_double(day.distance_m);
  to.add_bigint(day.driving_ms);
  to.add_bigint(day.standing_ms);
  to.add_bigint(day.idling_ms);
  to.add_bigint(day.stopped_ms);
  to.add_bigint(day.unknown_ms);
  to.add_bigint(day.engine_ms);
  to.add_bigint(day.overspeed_ms);
  to.add_time(day.first_movement_ms);
  to.add_time(day.last_movement_ms);
  to.add_real(day.max_speed_kmh);
  add_count(day.trips, to);
  add_count(day.stops, to);
  to.add_integer(head.parameters_id);
}

void append_row(const TrackHead& head, const Settled<tracking::SetAside>& row, CopyEncoder& to) {
  to.begin_row(5);
  to.add_bigint(head.device_id);
  to.add_time(row.value.key.time_ms);
  to.add_bigint(stored_hash(row.value.key.record_hash));
  add_settled(row.settled_ms, to);
  to.add_smallint(static_cast<std::int16_t>(row.value.reason));
}

void append_row(const TrackHead& head, const tracking::Checkpoint& checkpoint, CopyEncoder& to) {
  const std::string& state = checkpoint.state;
  to.begin_row(3);
  to.add_bigint(head.device_id);
  to.add_time(checkpoint.at_ms);
  to.add_bytes({reinterpret_cast<const std::uint8_t*>(state.data()), state.size()});
}

void append_row(const TrackHead& head, const tracking::Visit& visit, CopyEncoder& to) {
  to.begin_row(15);
  to.add_bigint(head.device_id);
  to.add_bigint(visit.client.client_id);
  to.add_time(visit.arrived_ms);
  to.add_time(visit.left_ms);
  to.add_double(visit.client.probability);
  to.add_double(visit.client.distance_m);
  if (visit.runner_up) {
    to.add_bigint(visit.runner_up->client_id);
    to.add_double(visit.runner_up->probability);
    to.add_double(visit.runner_up->distance_m);
  } else {
    to.add_null();
    to.add_null();
    to.add_null();
  }
  to.add_double(visit.spread_m);
  add_count(visit.stops, to);
  add_count(visit.fixes, to);
  to.add_integer(head.parameters_id);
  to.add_boolean(visit.ambiguous);
  add_place(visit.place, to);
}

}  // namespace rastro::postgis
