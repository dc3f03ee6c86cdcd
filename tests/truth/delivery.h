// How a tracker's fixes reach the gateway: some seconds later, hours later and newest first after an outage,
// and some twice. Pure; values, one thread.
#pragma once

#include <vector>

#include "tests/truth/random.h"
#include "tests/truth/rows.h"

namespace rastro::truth {

// Sets the arrivals of one device's fixes, which are in the order of time and say that they arrived at once,
// and appends duplicates. `newest_first`: the order in which an outage's fixes are sent.
void deliver(std::vector<FixRow>& fixes, const DeviceSpan& span, bool newest_first, Random& random);

}  // namespace rastro::truth
