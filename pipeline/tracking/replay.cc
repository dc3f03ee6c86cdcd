#include "pipeline/tracking/replay.h"

#include <algorithm>

namespace rastro::tracking {
namespace {

std::int64_t checkpoint_of(std::int64_t time_ms) {
  const std::int64_t rest = time_ms % kCheckpointMs;
  return time_ms - (rest < 0 ? rest + kCheckpointMs : rest);
}

template <typename T>
void settle(const std::vector<T>& values, std::int64_t settled_ms, std::vector<Settled<T>>& out) {
  for (const T& value : values) out.push_back({value, settled_ms});
}

}  // namespace

void Replay::take(const Point& point) {
  if (landed_ || key_of(point) <= state_.last_key) return;
  mark(point.time_ms);
  if (landed_) return;
  segments_.clear();
  tracker_.take(point, state_, segments_);
  ++points_;
  settle(segments_.stops, point.time_ms, stops_);
  settle(segments_.trips, point.time_ms, trips_);
  settle(segments_.days, point.time_ms, days_);
  settle(segments_.set_aside, point.time_ms, set_aside_);
}

void Replay::mark(std::int64_t time_ms) {
  const std::int64_t at_ms = checkpoint_of(time_ms);
  const std::int64_t last_ms = state_.last_key.time_ms;
  if (last_ms >= at_ms || last_ms == State{}.last_key.time_ms) return;
  Checkpoint checkpoint{at_ms, encode_state(state_)};
  const auto standing = std::ranges::lower_bound(standing_, at_ms, {}, &Checkpoint::at_ms);
  if (standing != standing_.end() && standing->at_ms == at_ms && standing->state == checkpoint.state) {
    landed_ = true;
    landed_ms_ = at_ms;
    return;
  }
  checkpoints_.push_back(std::move(checkpoint));
}

std::int64_t unsettled_from_ms(const State& state) {
  switch (state.phase) {
    case Phase::kNothing:
      return INT64_MIN;
    case Phase::kMoving:
      return state.trip.started_ms;
    case Phase::kStopped:
    case Phase::kLeaving:
      return state.arrived_ms;
  }
  return INT64_MIN;
}

}  // namespace rastro::tracking
