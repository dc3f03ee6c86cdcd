#include "pipeline/tracking/cleaner.h"

#include <algorithm>

namespace rastro::tracking {
namespace {

constexpr double kKmhPerMs = 3.6;
// Noise, which no speed explains.
constexpr double kSlackM = 60;
// A reported speed says something of the way to the next fix when that is not long after: between two red
// lights a minute apart a car may do 50 km/h, which 15 m/s more than what it says allows for.
constexpr double kSpeedHoldsS = 120;
constexpr double kUnseenSpeedMs = 15;
constexpr double kSpeedVaries = 1.5;
// A loaded van does not, and a car hardly, speed up or brake harder than this for long.
constexpr double kAccelerationMs2 = 3;
// After a silence of so long the speeds at its ends say nothing of the way between; a parked device that says
// nothing for longer has its receiver off.
constexpr std::int64_t kSilenceMs = 120'000;
constexpr std::int64_t kSleepMs = 600'000;

Vertex vertex_of(const Point& point) {
  Vertex vertex;
  vertex.time_ms = point.time_ms;
  vertex.place = point.place;
  vertex.speed_kmh = point.speed_kmh.value_or(-1);
  vertex.course_deg = point.course_deg.value_or(-1);
  if (point.ignition) vertex.ignition = *point.ignition ? 1 : 0;
  if (point.odometer_m) vertex.odometer_m = static_cast<std::int64_t>(*point.odometer_m);
  return vertex;
}

}  // namespace

bool Cleaner::plausible(const Vertex& from, const Vertex& to) const {
  const double distance = distance_m(from.place, to.place) - kSlackM;
  if (distance <= 0) return true;
  const double seconds = static_cast<double>(to.time_ms - from.time_ms) / 1000;
  if (distance > parameters_.max_speed_kmh / kKmhPerMs * seconds) return false;
  if (from.speed_kmh < 0 || to.speed_kmh < 0 || seconds > kSpeedHoldsS) return true;
  const double fastest_ms = std::max(from.speed_kmh, to.speed_kmh) / kKmhPerMs;
  const double mean_ms = (from.speed_kmh + to.speed_kmh) / 2 / kKmhPerMs;
  // As far as one gets by speeding up halfway and braking from there on.
  const double farthest = mean_ms * seconds + kAccelerationMs2 * seconds * seconds / 4;
  return distance <= std::min((fastest_ms * kSpeedVaries + kUnseenSpeedMs) * seconds, farthest);
}

bool Cleaner::wakes_elsewhere(const Vertex& vertex) const {
  const bool stood = state_.phase != Phase::kMoving || state_.candidate.count > 0;
  return stood && vertex.time_ms - state_.last.time_ms >= kSilenceMs &&
         distance_m(state_.last.place, vertex.place) > parameters_.leave_distance_m;
}

// Three that agree, or two where nothing but a silence speaks against them.
bool Cleaner::is_confirmed_by(const Vertex& vertex) const {
  if (state_.doubted_count == 0) return false;
  if (state_.doubted_count == state_.doubted.size()) return true;
  const Vertex& first = state_.doubted[0].vertex;
  const bool rare = vertex.time_ms - first.time_ms >= kSleepMs;
  const bool slept = first.time_ms - state_.last.time_ms >= kSleepMs;
  return plausible(state_.last, first) && (rare || !slept);
}

void Cleaner::set_aside_doubted() {
  for (std::size_t i = 0; i < state_.doubted_count; ++i) {
    const Doubted& doubted = state_.doubted[i];
    out_.set_aside.push_back({{doubted.vertex.time_ms, doubted.record_hash}, SetAsideReason::kJump});
  }
  state_.doubted.fill({});
  state_.doubted_count = 0;
}

Believed Cleaner::take(const Point& point) {
  const PointKey key = key_of(point);
  state_.last_key = key;
  Believed believed;
  if (!point.valid) {
    out_.set_aside.push_back({key, SetAsideReason::kInvalid});
    return believed;
  }
  const std::size_t waiting = state_.doubted_count;
  const std::int64_t before_ms =
      waiting > 0 ? state_.doubted[waiting - 1].vertex.time_ms : state_.last.time_ms;
  const bool first = state_.phase == Phase::kNothing;
  if (!first && point.time_ms <= before_ms) {
    out_.set_aside.push_back({key, SetAsideReason::kSameMoment});
    return believed;
  }
  const Vertex vertex = vertex_of(point);
  if (first || (plausible(state_.last, vertex) && !wakes_elsewhere(vertex))) {
    set_aside_doubted();
    believed.vertices[believed.count++] = vertex;
    return believed;
  }
  if (waiting > 0 && !plausible(state_.doubted[waiting - 1].vertex, vertex)) set_aside_doubted();
  if (!is_confirmed_by(vertex)) {
    state_.doubted[state_.doubted_count++] = {vertex, point.record_hash};
    return believed;
  }
  for (std::size_t i = 0; i < state_.doubted_count; ++i) {
    believed.vertices[believed.count++] = state_.doubted[i].vertex;
  }
  believed.vertices[believed.count++] = vertex;
  believed.jumped = !plausible(state_.last, believed.vertices[0]);
  state_.doubted.fill({});
  state_.doubted_count = 0;
  return believed;
}

}  // namespace rastro::tracking
