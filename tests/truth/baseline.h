// The stop rules of well-known programs, as their documentation describes them and with its defaults, to
// compare ours with. Pure over one device's fixes; values, any thread.
#pragma once

#include <string_view>
#include <vector>

#include "tests/truth/rows.h"

namespace rastro::truth {

// One device's usable fixes in the order of time, each time once.
using CleanFixes = std::vector<FixRow>;

// What every rule is given: the fixes that are valid, not at 0,0, not in the future of their arrival and not
// more than 30 days before it. Kind to the rules, which do not ask for it: what is compared is the rule.
CleanFixes clean(std::vector<FixRow> fixes);

// Metres on the mean sphere, as these programs compute.
double haversine_m(Place a, Place b);

std::vector<Stop> traccar_stops(const CleanFixes& fixes);
std::vector<Stop> trackintel_stops(const CleanFixes& fixes);
std::vector<Stop> scikit_mobility_stops(const CleanFixes& fixes);

// Between stops, the sum of the way from fix to fix.
std::vector<Trip> trips_between(const CleanFixes& fixes, const std::vector<Stop>& stops);

// The nearest client whose radius holds the stop's place.
std::vector<Visit> visits_at(const std::vector<Stop>& stops, const std::vector<Client>& clients);

}  // namespace rastro::truth
