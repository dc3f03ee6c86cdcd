// The commands that wait until a connection is idle, so that none comes between a frame and its reply. What
// becomes of each is said at the desk, once. On the connection's thread.
#pragma once

#include <optional>
#include <vector>

#include "gateway/net/command_desk.h"
#include "protocols/session.h"

namespace rastro {

class LineCommands {
 public:
  explicit LineCommands(CommandDesk& desk) : desk_(desk) {}

  void add(OutgoingCommand command) { waiting_.push_back(std::move(command)); }
  bool empty() const { return waiting_.empty(); }

  // The next for the device that speaks. On a line that several share, a command waits until its own does.
  std::optional<OutgoingCommand> take(const DeviceIdentity& device);
  // The connection is over, or would not have it.
  void give_back(OutgoingCommand command);
  void give_back_all();

 private:
  CommandDesk& desk_;
  std::vector<OutgoingCommand> waiting_;
};

// Makes the bytes of a command, as of `now_ms`. kWritten: they stand in `bytes`; else why there are none.
CommandReport::Outcome encode_command(const OutgoingCommand& command, const Protocol& protocol,
                                      Session& session, std::int64_t now_ms, std::vector<std::uint8_t>& bytes,
                                      CommandFault& fault);

}  // namespace rastro
