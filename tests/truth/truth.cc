#include "tests/truth/truth.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace rastro::truth {
namespace {

// An unplanned stand: how long, and how far a queue may creep meanwhile. Longer than any red light of SUMO's
// (90 s a cycle), shorter than the shortest stop that is planned.
constexpr std::int64_t kEitherMs = 120'000;
constexpr double kEitherM = 15;

// A vehicle waits for a gap after a stop; it has stood until it moves.
std::int64_t until_it_moves(const Track& track, std::int64_t ended_ms) {
  const auto moving = std::find_if(track.begin(), track.end(), [ended_ms](const TrackPoint& point) {
    return point.time_ms >= ended_ms && point.speed_mps > 0;
  });
  return moving == track.end() ? ended_ms : moving->time_ms;
}

// One simulated day put at its place in time, its odometer going on from the day before. It ends where the
// vehicle stands at home: what SUMO has of it afterwards is how it leaves the simulation, driving.
void append_day(Track& track, const Track& day, std::int64_t home_ms, std::int64_t midnight_ms) {
  const double before_m = track.empty() ? 0 : track.back().odometer_m;
  if (track.empty()) {
    track.push_back(day.front());
    track.back().time_ms = kFirstMidnightMs;  // parked since then
    track.back().speed_mps = 0;
  }
  for (TrackPoint point : day) {
    const bool home = point.time_ms >= home_ms && point.speed_mps == 0;
    point.time_ms += midnight_ms;
    point.odometer_m += before_m;
    track.push_back(point);
    if (home) {
      break;
    }
  }
}

// Closes the night's stop that is open, with the morning's first movement.
void end_night(DeviceTruth& truth, const Track& day, std::int64_t midnight_ms, const PlanRow& home) {
  const std::int64_t left_ms = until_it_moves(day, day.front().time_ms) + midnight_ms;
  if (truth.stops.empty()) {
    truth.stops.push_back(
        {home.device, std::nullopt, left_ms, place_of(day.front().point), home.kind, home.clients});
  } else {
    truth.stops.back().end_ms = left_ms;
  }
}

std::pair<Track::const_iterator, Track::const_iterator> points_of(const Track& track, std::int64_t start_ms,
                                                                  std::int64_t end_ms) {
  const auto before = [](const TrackPoint& point, std::int64_t time_ms) { return point.time_ms < time_ms; };
  return {std::lower_bound(track.begin(), track.end(), start_ms, before),
          std::lower_bound(track.begin(), track.end(), end_ms, before)};
}

std::vector<Trip> trips_between(const DeviceTruth& truth) {
  std::vector<Trip> trips;
  for (std::size_t at = 1; at < truth.stops.size(); ++at) {
    const std::int64_t start_ms = *truth.stops[at - 1].end_ms;
    const std::int64_t end_ms = *truth.stops[at].start_ms;
    trips.push_back(
        {truth.span.device, start_ms, end_ms,
         at_time(truth.track, end_ms).odometer_m - at_time(truth.track, start_ms - 1).odometer_m});
  }
  return trips;
}

}  // namespace

DeviceTruth join_days(const std::vector<PlanRow>& plan, const Driven& driven) {
  DeviceTruth truth;
  const std::string& device = plan.front().device;
  std::size_t made_today = 0;
  for (std::size_t row = 0; row < plan.size(); ++row) {
    const PlanRow& planned = plan[row];
    const std::int64_t midnight_ms = kFirstMidnightMs + planned.day * kDayMs;
    if (!driven.tracks.contains(planned.vehicle) || !driven.stops.contains(planned.vehicle)) {
      throw std::runtime_error("SUMO did not drive " + planned.vehicle);
    }
    const Track& day = driven.tracks.at(planned.vehicle);
    const std::vector<StopInfo>& stops = driven.stops.at(planned.vehicle);
    if (row == 0 || plan[row - 1].vehicle != planned.vehicle) {
      end_night(truth, day, midnight_ms, plan.back());
      append_day(truth.track, day, stops.back().started_ms, midnight_ms);
      made_today = 0;
    }
    if (made_today == stops.size()) {
      throw std::runtime_error("SUMO ended before " + planned.vehicle + " had made all its stops");
    }
    const StopInfo& stop = stops[made_today++];
    if (planned.kind != "pause") {
      const bool last = planned.kind == "overnight";
      const std::optional<std::int64_t> end_ms =
          last ? std::nullopt : std::optional(until_it_moves(day, stop.ended_ms) + midnight_ms);
      truth.stops.push_back({device, stop.started_ms + midnight_ms, end_ms,
                             place_of(at_time(day, stop.started_ms).point), planned.kind, planned.clients});
    }
  }
  truth.span = {device, kFirstMidnightMs, kFirstMidnightMs + (plan.back().day + 1) * kDayMs};
  truth.trips = trips_between(truth);
  return truth;
}

void add_either(DeviceTruth& truth) {
  std::vector<TrueStop> found;
  for (const Trip& trip : truth.trips) {
    const auto [from, to] = points_of(truth.track, *trip.start_ms, *trip.end_ms);
    auto anchor = from;
    for (auto at = from; at != to; ++at) {
      while (distance_m(anchor->point, at->point) > kEitherM) {
        if (at->time_ms - anchor->time_ms < kEitherMs) {
          ++anchor;
          continue;
        }
        found.push_back(
            {truth.span.device, anchor->time_ms, at->time_ms, place_of(anchor->point), "either", {}});
        anchor = at;
      }
    }
  }
  truth.stops.insert(truth.stops.end(), found.begin(), found.end());
  std::stable_sort(truth.stops.begin(), truth.stops.end(), [](const TrueStop& a, const TrueStop& b) {
    return a.start_ms.value_or(0) < b.start_ms.value_or(0);
  });
}

}  // namespace rastro::truth
