// The alarm byte of 0x16, 0x26, 0x27 (gt06.md 6.6) and the alarm bits of the terminal information (4), as
// words of the common vocabulary and back. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "schema/alarm.h"

namespace rastro::gt06 {

// Empty for 00 and for codes that the document does not name: clones give those meanings of their own.
std::optional<Alarm> find_alarm(std::uint8_t code);

// The first code that means this alarm; empty when there is none.
std::optional<std::uint8_t> find_alarm_code(Alarm alarm);

// Bits 5 to 3 of the terminal information, shifted down. Empty for 0 (normal) and for 6, by which clones mean
// a fence without saying whether it was entered or left.
std::optional<Alarm> find_information_alarm(std::uint8_t bits);

}  // namespace rastro::gt06
