#include "pipeline/tracking/visit.h"

#include <algorithm>
#include <cmath>

namespace rastro::tracking {
namespace {

// Most stops for a client are about so far from its point, the kerb and the next free place taken into
// account; the others are anywhere in its area.
constexpr double kParkingM = 12;
constexpr double kParked = 0.9;
// Fixes at rest share a drift that more of them do not average out.
constexpr double kDrift = 0.5;  // of the spread of one
// A stop may be for no client at all: so little is any place likelier than another then.
constexpr double kAnywhereM = 1500;
// A stop's middle may be off by noise.
constexpr double kMarginM = 10;
// Who is at least this likely beside the likeliest might as well have been meant.
constexpr double kAmbiguous = 0.25;

struct Assignment {
  std::optional<Candidate> client;
  std::optional<Candidate> runner_up;
};

// Densities of where a stop is, in units that are the same for all.
double about_a_point(double distance, double deviation) {
  return std::exp(-distance * distance / (2 * deviation * deviation)) / (deviation * deviation);
}
double within_circle(double radius) { return 2 / (radius * radius); }

double likelihood(const ClientIndex::Near& at, double uncertain) {
  const double beside = std::exp(-at.outside_m * at.outside_m / (2 * kMarginM * kMarginM));
  if (!at.client->area.empty()) return beside * within_circle(at.area_radius_m);
  return kParked * about_a_point(at.distance_m, std::hypot(kParkingM, uncertain)) +
         (1 - kParked) * beside * within_circle(at.client->radius_m);
}

double uncertainty_m(const Stop& stop) {
  const double count = std::max(1U, stop.fixes);
  return stop.spread_m * (kDrift + (1 - kDrift) / std::sqrt(count));
}

bool is_long_enough(const Stop& stop, const Client& client) {
  return !stop.ended_ms || *stop.ended_ms - stop.started_ms >= std::int64_t{client.min_visit_s} * 1000;
}

Assignment assign(const Stop& stop, const ClientIndex& clients, std::vector<ClientIndex::Near>& near) {
  clients.find_near(stop.place, kMarginM, near);
  const double uncertain = uncertainty_m(stop);
  double all = about_a_point(0, kAnywhereM);
  Assignment assigned;
  for (const ClientIndex::Near& at : near) {
    if (!is_long_enough(stop, *at.client)) continue;
    const double value = likelihood(at, uncertain);
    all += value;
    const Candidate candidate{at.client->id, value, at.distance_m};
    if (!assigned.client || value > assigned.client->probability) {
      assigned.runner_up = assigned.client;
      assigned.client = candidate;
    } else if (!assigned.runner_up || value > assigned.runner_up->probability) {
      assigned.runner_up = candidate;
    }
  }
  if (assigned.client) assigned.client->probability /= all;
  if (assigned.runner_up) assigned.runner_up->probability /= all;
  return assigned;
}

// Whether the vehicle stayed within the client's area between two stops.
bool stayed(const Visit& visit, const Stop& next, std::span<const Trip> trips, const Client& client) {
  if (!visit.left_ms) return false;
  const auto trip = std::ranges::lower_bound(trips, *visit.left_ms, {}, &Trip::started_ms);
  if (trip == trips.end() || trip->started_ms >= next.started_ms) return true;
  return trip->ended_ms && *trip->ended_ms <= next.started_ms && trip->reach_m <= client.radius_m;
}

void append_stop(Visit& visit, const Stop& stop, const Assignment& assigned) {
  visit.left_ms = stop.ended_ms;
  ++visit.stops;
  const bool longer = stop.fixes > visit.fixes;
  visit.fixes += stop.fixes;
  if (!longer) return;
  visit.place = stop.place;
  visit.spread_m = stop.spread_m;
  visit.client = *assigned.client;
  visit.runner_up = assigned.runner_up;
}

}  // namespace

std::vector<Visit> find_visits(std::span<const Stop> stops, std::span<const Trip> trips,
                               const ClientIndex& clients) {
  std::vector<Visit> visits;
  std::vector<ClientIndex::Near> near;
  bool joins = false;  // the last stop was a visit
  for (const Stop& stop : stops) {
    const Assignment assigned = assign(stop, clients, near);
    if (!assigned.client) {
      joins = false;
      continue;
    }
    const bool again = joins && visits.back().client.client_id == assigned.client->client_id &&
                       stayed(visits.back(), stop, trips, *clients.find(assigned.client->client_id));
    if (!again) {
      visits.emplace_back().arrived_ms = stop.started_ms;
    }
    append_stop(visits.back(), stop, assigned);
    joins = true;
  }
  for (Visit& visit : visits) {
    visit.ambiguous = visit.runner_up && visit.runner_up->probability >= kAmbiguous;
  }
  return visits;
}

}  // namespace rastro::tracking
