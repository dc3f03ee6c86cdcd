#include "pipeline/tracking/tracker.h"

#include "pipeline/tracking/cleaner.h"
#include "pipeline/tracking/segmenter.h"

namespace rastro::tracking {

bool Tracker::take(const Point& point, State& state, Segments& out) const {
  if (key_of(point) <= state.last_key) return false;
  const Believed believed = Cleaner(state, parameters_, out).take(point);
  Segmenter segmenter(state, parameters_, calendar_, out);
  for (std::size_t i = 0; i < believed.count; ++i) {
    segmenter.take(believed.vertices[i], believed.jumped && i == 0);
  }
  return true;
}

std::optional<Stop> find_open_stop(const State& state) {
  if (state.phase != Phase::kStopped && state.phase != Phase::kLeaving) return std::nullopt;
  return open_stop(state);
}

std::optional<Trip> find_open_trip(const State& state) {
  if (state.phase != Phase::kMoving || state.trip.measured_m <= 0) return std::nullopt;
  Trip trip = state.trip;
  trip.to = state.vertex.place;
  return trip;
}

std::optional<Day> find_open_day(const State& state) {
  return state.has_day ? std::optional(state.day) : std::nullopt;
}

}  // namespace rastro::tracking
