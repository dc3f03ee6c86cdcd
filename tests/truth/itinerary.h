// What a vehicle is to do on its days: where it stops, for whom and for how long. Values made from a seed;
// any thread.
#pragma once

#include <string>
#include <vector>

#include "tests/truth/city.h"

namespace rastro::truth {

struct PlannedStop {
  Spot spot;
  std::string kind;  // visit, lunch, fuel, overnight; pause: too short to be a stop, on the lane
  std::vector<std::string> clients;  // those who live there; none at no customer
  int duration_s = 0;                // of an overnight stop: what of it is simulated
};

struct Day {
  int depart_s = 0;  // after local midnight
  std::vector<PlannedStop> stops;
};

struct Itinerary {
  PlannedStop home;  // where each day begins and ends
  std::vector<Day> days;
};

// `depot` is where a part of the vehicles stay overnight.
Itinerary plan_itinerary(const City& city, Spot depot, int days, Random& random);

}  // namespace rastro::truth
