#include "pipeline/tracking/segmenter.h"

#include <algorithm>
#include <cmath>

#include "pipeline/tracking/cluster.h"
#include "pipeline/tracking/moments.h"
#include "pipeline/tracking/path.h"

namespace rastro::tracking {
namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr double kKmhPerMs = 3.6;
// A reported speed says something of the way since the last fix for so long, and within so many metres.
constexpr double kSpeedHoldsS = 60;
constexpr double kFalseSpeedSlackM = 40;
// Where a vehicle stood while its device was silent can be told between fixes this near to each other.
constexpr double kUnseenWayM = 600;
// Fixes of a receiver whose noise is learnt lie within this many standard deviations.
constexpr double kNoiseDeviations = 3;
constexpr double kMostRadiusM = 100;
// A vehicle that is where it was has stood there, unless nobody knows for longer.
constexpr std::int64_t kLongestSilenceMs = 30LL * 24 * 3600 * kSecondMs;
// A stop teaches how noisy a receiver is when it has this many fixes; older ones fade by a fifth each time.
constexpr std::uint32_t kFixesThatTeach = 5;
constexpr double kNewNoise = 0.2;
// An odometer is believed when it agrees with the fixes this far.
constexpr double kOdometerSlackM = 1000;
constexpr double kOdometerFactor = 1.5;

bool has_path(const Trip& trip) { return trip.measured_m > 0; }

}  // namespace

Stop open_stop(const State& state) {
  const Cluster& stay = state.stay;
  Stop stop;
  stop.started_ms = state.arrived_ms;
  stop.place = middle_of(stay);
  stop.spread_m = stay.count > 1 ? std::sqrt(scatter_m2(stay) / (2.0 * (stay.count - 1))) : 0;
  stop.fixes = stay.count;
  stop.idling_ms = state.stop_idling_ms;
  return stop;
}

void Segmenter::take(const Vertex& vertex, bool jumped) {
  const std::int64_t since_ms = vertex.time_ms - state_.last.time_ms;
  if (state_.phase == Phase::kNothing) {
    begin(vertex);
  } else if (jumped || since_ms > parameters_.max_gap_s * kSecondMs) {
    take_after_gap(vertex, jumped);
  } else if (state_.phase == Phase::kMoving) {
    take_moving(vertex);
  } else {
    take_standing(vertex);
  }
  state_.last = vertex;
}

void Segmenter::begin(const Vertex& vertex) {
  state_.phase = Phase::kMoving;
  state_.trip = Trip{};
  state_.trip.started_ms = vertex.time_ms;
  state_.trip.from = vertex.place;
  state_.vertex = vertex;
  state_.odometer_begin_m = vertex.odometer_m;
  state_.candidate = {};
  if (is_slow(vertex)) add_to(state_.candidate, vertex.time_ms, vertex.place);
}

// Nobody knows what happened meanwhile, unless the vehicle is where it was or was standing when it was last
// heard of.
void Segmenter::take_after_gap(const Vertex& vertex, bool jumped) {
  jumped |= vertex.time_ms - state_.last.time_ms > kLongestSilenceMs;
  if (state_.phase == Phase::kLeaving && (jumped || !is_near(state_.stay, vertex))) depart();
  if (state_.phase != Phase::kMoving && !jumped) return take_standing(vertex);
  if (state_.phase == Phase::kMoving && !jumped) {
    if (state_.candidate.count > 0) {
      arrive();
      return take_standing(vertex);
    }
    if (stood_unseen(vertex)) {
      stand_unseen(vertex);
      return take_standing(vertex);
    }
  }
  end_in_gap();
  days_.add_gap(state_.last.time_ms, vertex.time_ms);
  begin(vertex);
}

void Segmenter::take_moving(const Vertex& vertex) {
  Cluster& candidate = state_.candidate;
  if (candidate.count > 0) {
    if (is_slow(vertex) && is_near(candidate, vertex)) {
      add_to(candidate, vertex.time_ms, vertex.place);
      if (is_candidate_stop()) arrive();
      return;
    }
    if (was_candidate_stop(vertex)) {
      arrive();
      return take_standing(vertex);
    }
    extend_path_by_candidate();
  } else if (stood_unseen(vertex)) {
    stand_unseen(vertex);
    return take_standing(vertex);
  }
  if (is_slow(vertex)) {
    add_to(candidate, vertex.time_ms, vertex.place);
  } else {
    extend_path(vertex);
  }
}

// A device that fell silent before the vehicle stood and woke when it was on its way again: there was more
// time than the way needed, and the way is short enough to say where it stood.
bool Segmenter::stood_unseen(const Vertex& vertex) const {
  const double way = distance_m(state_.last.place, vertex.place);
  return way <= kUnseenWayM &&
         vertex.time_ms - state_.last.time_ms - travel_ms(way, 0) >= parameters_.min_stop_s * kSecondMs;
}

// Somewhere on that way, nearer to where it was slower.
void Segmenter::stand_unseen(const Vertex& vertex) {
  const Vertex& last = state_.last;
  const Offset way = offset_m(last.place, vertex.place);
  const double before = std::max(1.0F, last.speed_kmh);
  const double after = std::max(1.0F, vertex.speed_kmh);
  const double part = before / (before + after);
  const Place place = moved(last.place, {part * way.east_m, part * way.north_m});
  const double length = length_m(way);
  add_to(state_.candidate, last.time_ms + travel_ms(part * length, last.speed_kmh), place);
  state_.candidate.square_sum_m2 = length * length / 4;
  arrive();
}

void Segmenter::take_standing(const Vertex& vertex) {
  const bool slow = is_slow(vertex);
  if (slow && is_near(state_.stay, vertex)) {
    if (state_.phase == Phase::kLeaving) come_back();
    stay_on(vertex.time_ms);
    note_engine(vertex);
    add_to(state_.stay, vertex.time_ms, vertex.place);
    return;
  }
  if (state_.phase == Phase::kStopped) start_leaving(vertex);
  const Place middle = middle_of(state_.stay);
  if (distance_m(middle, vertex.place) > parameters_.leave_distance_m) ++state_.far_count;
  Cluster& candidate = state_.candidate;
  if (slow && candidate.count > 0 && is_near(candidate, vertex)) {
    add_to(candidate, vertex.time_ms, vertex.place);
    if (!is_candidate_stop()) return;
    if (distance_m(middle, middle_of(candidate)) <= radius_m()) {
      const Cluster again = candidate;
      come_back();
      stay_on(again.last_ms);
      join(state_.stay, again);
    } else {
      depart();
      arrive();
    }
    return;
  }
  if (was_candidate_stop(vertex) && distance_m(middle, middle_of(candidate)) > radius_m()) {
    depart();
    arrive();
    return take_standing(vertex);
  }
  extend_path_by_candidate();
  if (slow) {
    add_to(candidate, vertex.time_ms, vertex.place);
  } else {
    extend_path(vertex);
  }
  if (state_.far_count >= 2) depart();
}

// Some receivers go on reporting a speed at rest: one that would have led far from the last place, and has
// not, is none.
bool Segmenter::is_slow(const Vertex& vertex) const {
  if (vertex.speed_kmh < static_cast<float>(parameters_.moving_speed_kmh)) return true;
  const double seconds = static_cast<double>(vertex.time_ms - state_.last.time_ms) / kSecondMs;
  const double said_way = static_cast<double>(vertex.speed_kmh) / kKmhPerMs * seconds;
  const double way = distance_m(state_.last.place, vertex.place);
  return state_.phase != Phase::kNothing && seconds < kSpeedHoldsS && said_way > 2 * way + kFalseSpeedSlackM;
}

double Segmenter::radius_m() const {
  return std::clamp(kNoiseDeviations * std::sqrt(state_.noise_m2), parameters_.stop_radius_m,
                    std::max(parameters_.stop_radius_m, kMostRadiusM));
}

bool Segmenter::is_near(const Cluster& cluster, const Vertex& vertex) const {
  return distance_m(middle_of(cluster), vertex.place) <= radius_m();
}

bool Segmenter::is_candidate_stop() const {
  return state_.candidate.last_ms - arrival_ms(state_.candidate, state_.vertex) >=
         parameters_.min_stop_s * kSecondMs;
}

// Between two fixes that are far apart in time a stop may be over before it is seen to be one.
bool Segmenter::was_candidate_stop(const Vertex& left) const {
  return state_.candidate.count > 0 &&
         departure_ms(state_.candidate, left) - arrival_ms(state_.candidate, state_.vertex) >=
             parameters_.min_stop_s * kSecondMs;
}

void Segmenter::extend_path(Vertex to) {
  const Vertex& from = state_.vertex;
  to.course_deg = course_between(from, to);
  Trip& trip = state_.trip;
  const double way = path_m(from, to);
  const bool counts = state_.phase == Phase::kMoving;  // else depart() will
  if (counts && !has_path(trip) && way > 0) days_.count_trip(from.time_ms);
  const auto limit = static_cast<float>(parameters_.overspeed_kmh);
  const bool overspeed = counts && limit > 0 && from.speed_kmh > limit && to.speed_kmh > limit;
  trip.measured_m += way;
  trip.reach_m = std::max(trip.reach_m, distance_m(trip.from, to.place));
  trip.max_speed_kmh = std::max(trip.max_speed_kmh, static_cast<double>(to.speed_kmh));
  if (overspeed) trip.overspeed_ms += to.time_ms - from.time_ms;
  if (counts) {
    days_.add_drive({.begin_ms = from.time_ms,
                     .end_ms = to.time_ms,
                     .distance_m = way,
                     .engine_on = from.ignition == 1,
                     .overspeed = overspeed,
                     .max_speed_kmh = std::max(0.0, static_cast<double>(to.speed_kmh))});
  }
  state_.vertex = to;
}

// Where it stood in traffic is one vertex, in the middle of the noise.
void Segmenter::extend_path_by_candidate() {
  if (state_.candidate.count == 0) return;
  const Cluster stood = state_.candidate;
  state_.candidate = {};
  Vertex vertex;
  vertex.time_ms = stood.first_ms;
  vertex.place = middle_of(stood);
  vertex.speed_kmh = 0;
  vertex.ignition = state_.last.ignition;
  if (stood.first_ms > state_.vertex.time_ms) extend_path(vertex);
  if (stood.last_ms == stood.first_ms) return;
  state_.trip.standing_ms += stood.last_ms - stood.first_ms;
  if (state_.phase == Phase::kMoving) {
    days_.add_drive({.begin_ms = state_.vertex.time_ms,
                     .end_ms = stood.last_ms,
                     .standing = true,
                     .engine_on = state_.last.ignition == 1});
  }
  state_.vertex.time_ms = stood.last_ms;
}

void Segmenter::arrive() {
  const Cluster stay = state_.candidate;
  const std::int64_t arrival = arrival_ms(state_.candidate, state_.vertex);
  state_.candidate = {};
  Vertex at;
  at.place = middle_of(stay);
  at.time_ms = arrival;
  if (state_.vertex.time_ms < at.time_ms) extend_path(at);
  close_trip(at.time_ms, at.place, false);
  state_.phase = Phase::kStopped;
  state_.stay = stay;
  state_.stay.last_ms = at.time_ms;
  state_.arrived_ms = at.time_ms;
  state_.stop_idling_ms = 0;
  days_.count_stop(at.time_ms);
  stay_on(stay.last_ms);
  state_.stay.last_ms = stay.last_ms;
}

void Segmenter::start_leaving(const Vertex& vertex) {
  const Cluster& stay = state_.stay;
  const Place middle = middle_of(stay);
  state_.phase = Phase::kLeaving;
  state_.far_count = 0;
  state_.trip = Trip{};
  const std::int64_t seen_ms = departure_ms(stay, vertex);
  const std::int64_t off_ms = drove_off_ms(state_, seen_ms);
  state_.trip.started_ms = days_.can_take_back(off_ms) ? off_ms : seen_ms;
  state_.trip.from = middle;
  state_.odometer_begin_m = state_.last.odometer_m;
  state_.vertex = Vertex{};
  state_.vertex.time_ms = state_.trip.started_ms;
  state_.vertex.place = middle;
  state_.vertex.ignition = state_.last.ignition;
}

void Segmenter::depart() {
  const Trip& trip = state_.trip;
  const std::int64_t over_ms = state_.stay.last_ms - trip.started_ms;
  if (over_ms > 0) {
    days_.take_back(trip.started_ms, state_.stay.last_ms);
    state_.stop_idling_ms -= over_ms;
  } else {
    stay_on(trip.started_ms);
  }
  close_stop(trip.started_ms);
  state_.phase = Phase::kMoving;
  if (has_path(trip)) days_.count_trip(trip.started_ms);
  days_.add_drive({.begin_ms = trip.started_ms,
                   .end_ms = state_.vertex.time_ms,
                   .distance_m = trip.measured_m,
                   .engine_on = state_.vertex.ignition == 1,
                   .max_speed_kmh = std::max(0.0, trip.max_speed_kmh)});
}

void Segmenter::come_back() {
  state_.phase = Phase::kStopped;
  state_.trip = Trip{};
  state_.candidate = {};
  state_.vertex = Vertex{};
  state_.far_count = 0;
}

// What the ignition was counts until it is said to be something else.
void Segmenter::stay_on(std::int64_t until_ms) {
  const bool engine_on = state_.last.ignition == 1;
  days_.add_stop(state_.stay.last_ms, until_ms, engine_on);
  if (engine_on) state_.stop_idling_ms += until_ms - state_.stay.last_ms;
}

void Segmenter::note_engine(const Vertex& vertex) {
  if (vertex.ignition != 1 || state_.last.ignition != 0) return;
  state_.engine_started_ms = vertex.time_ms;
  state_.engine_starts = static_cast<std::uint8_t>(std::min(2, state_.engine_starts + 1));
}

void Segmenter::end_in_gap() {
  if (state_.phase == Phase::kStopped) {
    close_stop(state_.stay.last_ms);
    return;
  }
  extend_path_by_candidate();
  close_trip(state_.vertex.time_ms, state_.vertex.place, true);
}

void Segmenter::close_stop(std::int64_t ended_ms) {
  out_.stops.push_back(open_stop(state_));
  out_.stops.back().ended_ms = ended_ms;
  const Cluster& stay = state_.stay;
  if (stay.count >= kFixesThatTeach) {
    const double noise = scatter_m2(stay) / (2.0 * (stay.count - 1));
    state_.noise_m2 = state_.noise_m2 == 0 ? noise : state_.noise_m2 + kNewNoise * (noise - state_.noise_m2);
  }
  state_.stay = {};
  state_.arrived_ms = 0;
  state_.stop_idling_ms = 0;
  state_.engine_started_ms = 0;
  state_.engine_starts = 0;
  state_.far_count = 0;
}

void Segmenter::close_trip(std::int64_t ended_ms, const Place& at, bool in_gap) {
  if (has_path(state_.trip)) {
    Trip& trip = out_.trips.emplace_back(state_.trip);
    trip.ended_ms = ended_ms;
    trip.to = at;
    trip.ends_in_gap = in_gap;
    trip.odometer_m = odometer_way();
  }
  state_.trip = Trip{};
  state_.vertex = Vertex{};
  state_.odometer_begin_m = -1;
}

std::optional<std::uint64_t> Segmenter::odometer_way() const {
  const std::int64_t begin = state_.odometer_begin_m;
  const std::int64_t end = state_.last.odometer_m;
  if (begin < 0 || end < begin) return std::nullopt;
  const auto way = static_cast<double>(end - begin);
  const double measured = state_.trip.measured_m;
  if (way > kOdometerFactor * measured + kOdometerSlackM) return std::nullopt;
  if (way * kOdometerFactor + kOdometerSlackM < measured) return std::nullopt;
  return static_cast<std::uint64_t>(end - begin);
}

}  // namespace rastro::tracking
