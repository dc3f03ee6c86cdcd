// The lists of EYE sensors and beacons, elements 548, 10828, 10829, 10831 and 11317 (teltonika.md 5.3). Pure;
// any thread.
#pragma once

#include "protocols/teltonika/elements.h"
#include "protocols/teltonika/observation.h"

namespace rastro::teltonika {

// Appends of each device "eye_1_rssi_dbm", "eye_1_mac", … A list that does not add up is its bytes under the
// element's own name.
void append_eye_list(const ElementInfo& info, ByteView wire, Observation& to);

}  // namespace rastro::teltonika
