// An element → attributes and alarms, for all elements that are more than a number with a name; those the
// record decoder writes down itself. Pure; any thread.
#pragma once

#include "protocols/teltonika/elements.h"
#include "protocols/teltonika/observation.h"
#include "protocols/teltonika/record.h"

namespace rastro::teltonika {

// `info`: of the element's id, element 0 where it has none.
void append_element(const ElementInfo& info, const Element& element, Observation& to);

// What several elements say together, once all of them are there.
void append_joined_elements(Observation& to);

// IO "GNSS status" (teltonika.md 4): the place is not fresh when the receiver is off or has no fix.
inline void apply_gnss_status(std::uint64_t status, Fix& fix) {
  // 3 is "sleep", and some firmware says it of a car that drives with nineteen satellites (SPEC.md): no sign.
  constexpr std::uint64_t kOff = 0;
  constexpr std::uint64_t kOnWithoutFix = 2;
  if (status == kOff || status == kOnWithoutFix) fix.valid = false;
}

}  // namespace rastro::teltonika
