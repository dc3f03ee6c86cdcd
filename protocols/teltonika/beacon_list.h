// The list of beacons in range, element 385 (teltonika.md 5.3). Pure; any thread.
#pragma once

#include "protocols/teltonika/elements.h"
#include "protocols/teltonika/observation.h"

namespace rastro::teltonika {

// Appends "beacon_part", "beacon_parts" and of each beacon "beacon_1_uuid", "beacon_1_major", … A list that
// does not add up is its bytes under the element's own name.
void append_beacon_list(const ElementInfo& info, ByteView wire, Observation& to);

}  // namespace rastro::teltonika
