// Commands to devices, as the gateway knows them; each protocol turns them into its own texts and frames.
// Values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rastro {

// What can be asked of most devices by name. Everything else is free text in the device's own language.
enum class CommandKind : std::uint8_t {
  kLocate,
  kStatus,
  kVersion,
  kParameters,
  kReboot,
  kInterval,  // argument: seconds between positions
  kFuelCut,   // needs a confirmation, see Protocol::cuts_fuel
  kFuelRestore,
};

inline constexpr std::size_t kCommandKindCount = 8;

// "locate", "status", "version", "parameters", "reboot", "interval", "fuel-cut", "fuel-restore".
std::string_view command_kind_name(CommandKind kind);
std::optional<CommandKind> find_command_kind(std::string_view name);

struct Command {
  // Comes back in the answer where the protocol has a place for it (GT06's server flag).
  std::uint32_t request = 0;
  std::string_view text;
  // Sent so that a device with another identity refuses it (Teltonika codec 14; newer firmware only).
  bool check_identity = false;
};

// Why a session will not encode a command. Names are stored; they stay.
enum class CommandFault : std::uint8_t {
  kNone,
  kNotLoggedIn,
  kTooLong,
  kNotText,      // control characters, or what the protocol cannot write
  kUnsupported,  // this protocol, transport or identity has no such command
};

std::string_view command_fault_name(CommandFault fault);

}  // namespace rastro
