// Elements that carry text, or numbers which make a text together (teltonika.md 5.2). A value that is not the
// text that it should be stays bytes. Pure; any thread.
#pragma once

#include "protocols/teltonika/elements.h"
#include "protocols/teltonika/observation.h"
#include "protocols/teltonika/record.h"

namespace rastro::teltonika {

// 403 to 406, names and ids of the driver's card: text in the group of variable length, else as its table
// says.
void append_text(const ElementInfo& info, const Element& element, Observation& to);

// 281: the list as it is, and each code as "fault_code_1", …
void append_fault_codes(const ElementInfo& info, ByteView wire, Observation& to);

// 387: the text as it is, and the place in it as "iso6709_latitude", "iso6709_longitude",
// "iso6709_altitude_m".
void append_coordinates(const ElementInfo& info, ByteView wire, Observation& to);

// 11 and 14: the number, which is remembered for the other half.
void append_iccid_half(const ElementInfo& info, ByteView wire, Observation& to);

// Both halves as "iccid".
void append_iccid(std::uint64_t upper, std::uint64_t lower, Observation& to);

}  // namespace rastro::teltonika
