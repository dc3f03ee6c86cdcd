#include "tests/truth/itinerary.h"

#include <algorithm>
#include <cmath>

namespace rastro::truth {
namespace {

constexpr int kMinute = 60;
constexpr int kHour = 3600;
// Visits of 3 to 45 minutes, half of them under nine.
constexpr double kShortestVisitS = 3 * kMinute;
constexpr double kMedianVisitS = 9 * kMinute;
constexpr double kLongestVisitS = 45 * kMinute;
constexpr double kVisitSpread = 0.75;  // of the logarithm
// Delivery on the lane, a passenger, a telephone: shorter than any stop that is to be found.
constexpr double kPauseShare = 0.12;
// The neighbour is next on the round.
constexpr double kNeighbourNextShare = 0.15;
constexpr double kFuelShare = 0.4;
// A car cannot brake for a stop nearer than this on the street that it stands in.
constexpr double kNextOnStreetM = 25;

int visit_duration(Random& random) {
  const double seconds = kMedianVisitS * std::exp(kVisitSpread * random.normal());
  return static_cast<int>(std::clamp(seconds, kShortestVisitS, kLongestVisitS));
}

PlannedStop visit(const City& city, std::size_t site, Random& random) {
  const Site& at = city.sites()[site];
  return {city.parking_near(at, random), "visit", at.clients, visit_duration(random)};
}

// Half at the depot, the others at the driver's home: a place of its own, beside a customer, or a customer's.
PlannedStop plan_home(const City& city, Spot depot, Random& random) {
  const double draw = random.uniform(0, 1);
  if (draw < 0.5) {
    return {depot, "overnight", {}, kMinute};
  }
  if (draw < 0.7) {
    return {city.place_of_nobody(random), "overnight", {}, kMinute};
  }
  if (draw < 0.85) {
    return {city.home_beside_client(random), "overnight", {}, kMinute};
  }
  const Site& site = city.sites()[random.index(city.sites().size())];
  return {city.parking_near(site, random), "overnight", site.clients, kMinute};
}

PlannedStop pause(const City& city, Random& random) {
  const Site& site = city.sites()[random.index(city.sites().size())];
  return {city.parking_near(site, random), "pause", {}, static_cast<int>(random.integer(20, 90))};
}

bool can_follow(const PlannedStop& stop, Spot before) {
  return stop.spot.street != before.street || stop.spot.along_m > before.along_m + kNextOnStreetM;
}

Day plan_day(const City& city, const PlannedStop& home, Random& random) {
  Day day;
  day.depart_s = static_cast<int>(random.integer(6 * kHour + kHour / 2, 9 * kHour));
  const std::int64_t visits = random.integer(10, 20);
  const std::int64_t lunch_after = visits / 2 + random.integer(-1, 1);
  const std::int64_t fuel_after = random.chance(kFuelShare) ? random.integer(1, visits - 1) : -1;
  const auto add = [&](PlannedStop stop) {
    const Spot before = day.stops.empty() ? home.spot : day.stops.back().spot;
    if (can_follow(stop, before)) {
      day.stops.push_back(std::move(stop));
    }
  };
  for (std::int64_t made = 0; made < visits; ++made) {
    const std::size_t site = random.index(city.sites().size());
    add(visit(city, site, random));
    const std::optional<std::size_t> next_door = city.neighbour(site);
    if (next_door && random.chance(kNeighbourNextShare)) {
      add(visit(city, *next_door, random));
    }
    if (random.chance(kPauseShare)) {
      add(pause(city, random));
    }
    if (made == lunch_after) {
      add({city.place_of_nobody(random), "lunch", {}, static_cast<int>(random.integer(kHour / 2, kHour))});
    }
    if (made == fuel_after) {
      add({city.place_of_nobody(random),
           "fuel",
           {},
           static_cast<int>(random.integer(4 * kMinute, 10 * kMinute))});
    }
  }
  if (!can_follow(home, day.stops.back().spot)) {
    day.stops.pop_back();
  }
  day.stops.push_back(home);
  return day;
}

}  // namespace

Itinerary plan_itinerary(const City& city, Spot depot, int days, Random& random) {
  Itinerary itinerary{plan_home(city, depot, random), {}};
  for (int day = 0; day < days; ++day) {
    itinerary.days.push_back(plan_day(city, itinerary.home, random));
  }
  return itinerary;
}

}  // namespace rastro::truth
