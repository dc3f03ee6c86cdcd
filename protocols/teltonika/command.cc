#include "protocols/teltonika/command.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace rastro::teltonika {
namespace {

// The smallest packet that a family names is 512 bytes (teltonika.md 1.5); what is not text in a frame of
// codec 14 is 28 of them.
constexpr std::size_t kMaxText = 484;

bool digit(char c) { return c >= '0' && c <= '9'; }

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 6 && std::all_of(text.begin(), text.end(), digit);
}

// In lower case and without blanks: a device reads over both.
std::string normalized(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isspace(byte) == 0) out += static_cast<char>(std::tolower(byte));
  }
  return out;
}

// The parameters of teltonika.md 1.7: they shape what a server sees and move nothing in the vehicle.
constexpr std::array<unsigned, 15> kHarmless = {107,  201,  1000, 1001, 1002, 1003, 2004, 2005,
                                                2006, 2007, 2008, 2009, 2010, 2020, 2021};

bool harmless_parameter(std::string_view number) {
  if (!is_number(number)) return false;
  unsigned id = 0;
  for (const char c : number) id = id * 10 + static_cast<unsigned>(c - '0');
  // 10000 to 10299: periods at home, roaming and elsewhere.
  return std::find(kHarmless.begin(), kHarmless.end(), id) != kHarmless.end() || (id >= 10000 && id < 10300);
}

// "1003:60;1000:30": parameters and their values.
bool all_harmless(std::string_view assignments) {
  while (true) {
    const std::size_t end = std::min(assignments.find(';'), assignments.size());
    const std::string_view assignment = assignments.substr(0, end);
    if (!harmless_parameter(assignment.substr(0, assignment.find(':')))) return false;
    if (end == assignments.size()) return true;
    assignments.remove_prefix(end + 1);
  }
}

// What follows `word` in the text; nothing when the word is not in it.
std::optional<std::string_view> find_behind(std::string_view text, std::string_view word) {
  const std::size_t at = text.find(word);
  if (at == std::string_view::npos) return std::nullopt;
  return text.substr(at + word.size());
}

}  // namespace

std::optional<std::string> command_text(CommandKind kind, std::string_view argument) {
  // In the order of the kinds. No one command sets the interval: it is ten parameters (teltonika.md 1.7).
  constexpr std::array<std::string_view, kCommandKindCount> kTexts = {
      "getgps", "getstatus", "getver", "getparam ", "cpureset", "", "setdigout 1", "setdigout 0"};
  std::string text(kTexts[static_cast<std::size_t>(kind)]);
  if (kind == CommandKind::kParameters) {
    if (!is_number(argument)) return std::nullopt;
    text += argument;
  }
  if (text.empty()) return std::nullopt;
  return text;
}

bool cuts_fuel(std::string_view text) {
  const std::string command = normalized(text);
  // "setdigout ABC T1 T2": a 0 switches an output off, a ? leaves it as it is. A 1 switches it on, and what
  // else there may be nobody promises.
  if (const auto outputs = find_behind(command, "setdigout")) {
    return outputs->find_first_not_of("0?") != std::string_view::npos;
  }
  if (const auto parameters = find_behind(command, "setparam")) return !all_harmless(*parameters);
  // The word of devices that reach the engine by CAN.
  return command.find("blockengine") != std::string::npos;
}

CommandFault check_command_text(std::string_view text) {
  if (text.size() > kMaxText) return CommandFault::kTooLong;
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  return printable && !text.empty() ? CommandFault::kNone : CommandFault::kNotText;
}

}  // namespace rastro::teltonika
