// Commands to devices as 0x80 (gt06.md 6.11): the frame, the texts that most of the family understand, and
// which texts stop a vehicle. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/command.h"
#include "schema/bytes.h"

namespace rastro::gt06 {

// The longest text of a frame in the short form, which is the form that devices know commands in.
inline constexpr std::size_t kMaxCommandText = 243;

// Appends the frame, with a language word (English), which old devices skip. On a fault nothing is appended.
CommandFault append_command(const Command& command, std::uint16_t serial, std::vector<std::uint8_t>& out);

// What a device reads in the content of 0x80, with or without a language word. Empty when it is none.
struct CommandContent {
  std::uint32_t server_flag = 0;
  std::string_view text;  // into the content
};
std::optional<CommandContent> read_command(ByteView content);

std::optional<std::string> command_text(CommandKind kind, std::string_view argument);

// DYD wherever it stands, and RELAY in every form but RELAY,0 — whatever the case, blanks and other
// parameters.
bool cuts_fuel(std::string_view text);

}  // namespace rastro::gt06
