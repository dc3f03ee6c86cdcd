// Divides a device's believed fixes into stops and the trips between them. A stop is a stay of the least
// length within a radius; it ends when the vehicle is seen to have left, not at the first fix outside. The
// path of a trip runs through fixes that move, so that noise at rest adds no metres. Works on a state; one
// thread at a time.
#pragma once

#include "pipeline/tracking/day_book.h"
#include "pipeline/tracking/parameters.h"
#include "pipeline/tracking/state.h"

namespace rastro::tracking {

// The stop of a state that is stopped or leaving.
Stop open_stop(const State& state);

class Segmenter {
 public:
  Segmenter(State& state, const Parameters& parameters, const Calendar& calendar, Segments& out)
      : state_(state), parameters_(parameters), days_(state, calendar, out), out_(out) {}

  // REQUIRES: later than the vertex before. `jumped`: nobody knows how the vehicle came here.
  void take(const Vertex& vertex, bool jumped);

 private:
  void begin(const Vertex& vertex);
  void take_after_gap(const Vertex& vertex, bool jumped);
  void take_moving(const Vertex& vertex);
  void take_standing(const Vertex& vertex);

  bool is_slow(const Vertex& vertex) const;
  double radius_m() const;
  bool is_near(const Cluster& cluster, const Vertex& vertex) const;
  bool is_candidate_stop() const;
  bool was_candidate_stop(const Vertex& left) const;

  bool stood_unseen(const Vertex& vertex) const;
  void stand_unseen(const Vertex& vertex);
  // The path of the trip goes on to a vertex.
  void extend_path(Vertex to);
  void extend_path_by_candidate();
  // The candidate becomes the stop.
  void arrive();
  void start_leaving(const Vertex& vertex);
  // The vehicle has left: the stop is over, and what came since was the trip.
  void depart();
  void come_back();
  void stay_on(std::int64_t until_ms);
  void note_engine(const Vertex& vertex);
  void end_in_gap();
  void close_stop(std::int64_t ended_ms);
  void close_trip(std::int64_t ended_ms, const Place& at, bool in_gap);
  std::optional<std::uint64_t> odometer_way() const;

  State& state_;
  const Parameters& parameters_;
  DayBook days_;
  Segments& out_;
};

}  // namespace rastro::tracking
