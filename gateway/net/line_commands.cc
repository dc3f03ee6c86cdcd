#include "gateway/net/line_commands.h"

#include <algorithm>
#include <utility>

namespace rastro {
namespace {

// A command that the line was never idle for goes back to the queue, well before it counts as one that got no
// answer (pipeline/postgis/command_queue.cc) and the next is sent.
constexpr std::int64_t kMaxHoldMs = 5LL * 60 * 1000;

}  // namespace

std::optional<OutgoingCommand> LineCommands::take(const DeviceIdentity& device) {
  const auto next = std::ranges::find(waiting_, device, &OutgoingCommand::identity);
  if (next == waiting_.end()) return {};
  OutgoingCommand command = std::move(*next);
  waiting_.erase(next);
  return command;
}

void LineCommands::give_back(OutgoingCommand command) {
  desk_.report({std::move(command), CommandReport::Outcome::kNotWritten});
}

void LineCommands::give_back_all() {
  for (OutgoingCommand& command : std::exchange(waiting_, {})) give_back(std::move(command));
}

CommandReport::Outcome encode_command(const OutgoingCommand& command, const Protocol& protocol,
                                      Session& session, std::int64_t now_ms, std::vector<std::uint8_t>& bytes,
                                      CommandFault& fault) {
  using Outcome = CommandReport::Outcome;
  const bool held_long = command.marked_ms && now_ms - *command.marked_ms > kMaxHoldMs;
  if (held_long || command.expires_ms <= now_ms) return Outcome::kNotWritten;
  if (!command.cuts_fuel && protocol.cuts_fuel(command.text)) return Outcome::kNotConfirmed;
  fault = session.encode_command(
      {static_cast<std::uint32_t>(command.id), command.text, command.check_identity}, bytes);
  return fault == CommandFault::kNone ? Outcome::kWritten : Outcome::kRefused;
}

}  // namespace rastro
