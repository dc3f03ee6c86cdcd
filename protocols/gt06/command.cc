#include "protocols/gt06/command.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "protocols/byte_reader.h"
#include "protocols/byte_writer.h"
#include "protocols/gt06/encode.h"
#include "protocols/gt06/number.h"
#include "protocols/gt06/text.h"

namespace rastro::gt06 {
namespace {

constexpr std::size_t kFlagSize = 4;
constexpr std::uint16_t kEnglish = 2;

bool is_text(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

std::optional<std::string> interval_text(std::string_view argument) {
  constexpr unsigned kShortest = 5;
  constexpr unsigned kLongest = 65535;
  unsigned seconds = 0;
  const char* const end = argument.data() + argument.size();
  const auto [stop, error] = std::from_chars(argument.data(), end, seconds);
  if (error != std::errc() || stop != end || seconds < kShortest || seconds > kLongest) return std::nullopt;
  return "TIMER," + std::to_string(seconds) + "#";
}

// By kind; the interval has an argument.
constexpr std::array<std::string_view, kCommandKindCount> kTexts = {
    "DWXX#", "STATUS#", "VERSION#", "PARAM#", "RESET#", "", "RELAY,1#", "RELAY,0#"};

// In capitals, without blanks and control characters.
std::string bare(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (c > 0x20 && c < 0x7F) letters += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return letters;
}

}  // namespace

CommandFault append_command(const Command& command, std::uint16_t serial, std::vector<std::uint8_t>& out) {
  if (!is_text(command.text)) return CommandFault::kNotText;
  if (command.text.size() > kMaxCommandText) return CommandFault::kTooLong;
  std::vector<std::uint8_t> content;
  ByteWriter writer(content);
  writer.u8(static_cast<std::uint8_t>(kFlagSize + command.text.size()));
  writer.u32(command.request);
  writer.text(command.text);
  writer.u16(kEnglish);
  append_frame(Form::kShort, number::kCommand, content, serial, out);
  return CommandFault::kNone;
}

std::optional<CommandContent> read_command(ByteView content) {
  ByteReader reader(content);
  const std::size_t length = reader.u8();
  CommandContent command;
  command.server_flag = reader.u32();
  if (length < kFlagSize) return std::nullopt;
  command.text = as_text(reader.bytes(length - kFlagSize));
  return reader.ok() ? std::optional(command) : std::nullopt;
}

std::optional<std::string> command_text(CommandKind kind, std::string_view argument) {
  if (kind == CommandKind::kInterval) return interval_text(argument);
  if (!argument.empty()) return std::nullopt;
  return std::string(kTexts[static_cast<std::size_t>(kind)]);
}

bool cuts_fuel(std::string_view text) {
  constexpr std::string_view kRelay = "RELAY";
  constexpr std::string_view kRestore = ",0";
  const std::string letters = bare(text);
  if (letters.find("DYD") != std::string::npos) return true;
  for (std::size_t at = letters.find(kRelay); at != std::string::npos; at = letters.find(kRelay, at + 1)) {
    const std::string_view behind = std::string_view(letters).substr(at + kRelay.size());
    const bool restores = behind.starts_with(kRestore) && (behind.size() == 2 || behind[2] == '#');
    if (!restores) return true;
  }
  return false;
}

}  // namespace rastro::gt06
