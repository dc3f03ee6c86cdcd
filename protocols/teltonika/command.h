// Commands in the language of these devices (teltonika.md 7): texts for what is asked by name, and a look at
// free texts for those that would stop a vehicle. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocols/command.h"

namespace rastro::teltonika {

// See Protocol::command_text.
std::optional<std::string> command_text(CommandKind kind, std::string_view argument);

// See Protocol::cuts_fuel.
bool cuts_fuel(std::string_view text);

// Whether a text can be sent: kNone, kTooLong or kNotText.
CommandFault check_command_text(std::string_view text);

}  // namespace rastro::teltonika
