// What somebody asks for when giving a command to a device, and what is made of it: the text that is sent, or
// what is wrong, by name. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/postgis/command_store.h"
#include "protocols/session.h"

namespace rastro {

struct CommandRequest {
  std::optional<std::string> text;
  std::optional<std::string> kind;  // one of the two
  std::string argument;
  std::int64_t ttl_s = 24LL * 3600;
  bool repeat = false;
  bool check_identity = false;
  bool confirm_fuel_cut = false;
};

// The names are part of the API.
enum class CommandMistake : std::uint8_t {
  kNone,
  kNotJson,
  kUnknownField,
  kWrongType,
  kTextAndKind,  // both, or neither
  kUnknownKind,
  kUnknownProtocol,  // a kind, for a device of which nothing was heard yet
  kNoSuchKind,       // this protocol has none, or the argument is not what it needs
  kEmptyText,
  kTextTooLong,
  kTextNotPrintable,
  kTtlOutOfRange,
  kRepeatedFuelCut,
  kFuelCutNotConfirmed,
};

// Shorter and a device that is away for a minute never gets it; longer and a forgotten command surprises
// somebody.
inline constexpr std::int64_t kMinCommandTtlS = 10;
inline constexpr std::int64_t kMaxCommandTtlS = 30LL * 24 * 3600;
// Beyond what any of the protocols carries; the session knows its own limit.
inline constexpr std::size_t kMaxCommandText = 1024;

std::string_view command_mistake_name(CommandMistake mistake);
// For people at a shell, and for those who see the API's messages.
std::string_view command_mistake_english(CommandMistake mistake);
std::string_view command_mistake_spanish(CommandMistake mistake);

// Reads the JSON of the API. `field` becomes the member that a mistake is about, where it is about one.
CommandMistake parse_command_request(std::string_view json, CommandRequest& out, std::string& field);

// Fills in what goes into the queue, but for the device and who asks. `protocol` is the device's, null where
// that is not known: then whatever would cut fuel in any protocol needs the confirmation.
CommandMistake prepare_command(const CommandRequest& request, const Protocol* protocol,
                               postgis::NewCommand& out);

// One command as the API and the shell show it.
std::string command_json(const postgis::CommandRow& command);

}  // namespace rastro
