#include "protocols/command.h"

#include <array>

namespace rastro {
namespace {

constexpr std::array<std::string_view, kCommandKindCount> kKindNames = {
    "locate", "status", "version", "parameters", "reboot", "interval", "fuel-cut", "fuel-restore"};
constexpr std::array<std::string_view, 5> kFaultNames = {"none", "not_logged_in", "too_long", "not_text",
                                                         "unsupported"};

}  // namespace

std::string_view command_kind_name(CommandKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

std::optional<CommandKind> find_command_kind(std::string_view name) {
  for (std::size_t i = 0; i < kKindNames.size(); ++i) {
    if (kKindNames[i] == name) return static_cast<CommandKind>(i);
  }
  return std::nullopt;
}

std::string_view command_fault_name(CommandFault fault) {
  return kFaultNames[static_cast<std::size_t>(fault)];
}

}  // namespace rastro
