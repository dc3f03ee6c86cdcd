// Where connections and the dispatcher of commands leave word for each other: that a device has come, and
// what became of a command. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "protocols/command.h"
#include "schema/device_identity.h"

namespace rastro {

// A command on its way to the connection that speaks for the device.
struct OutgoingCommand {
  std::int32_t id = 0;
  DeviceIdentity identity = {};
  std::string text = {};
  bool check_identity = false;
  bool cuts_fuel = false;  // and may
  std::int64_t expires_ms = 0;
  // As of when it is marked as sent; nothing when it was sent before, and this is a repetition.
  std::optional<std::int64_t> marked_ms;
};

struct CommandReport {
  enum class Outcome : std::uint8_t {
    kWritten,
    kNotWritten,    // the connection went first: not a byte of it has left
    kRefused,       // by the session, see fault
    kNotConfirmed,  // it would cut fuel in this device's protocol, and nobody said that it may
  };
  OutgoingCommand command;
  Outcome outcome = Outcome::kWritten;
  CommandFault fault = CommandFault::kNone;
};

class CommandDesk {
 public:
  // Throws std::system_error when the system has no file descriptor left.
  CommandDesk();
  ~CommandDesk();
  CommandDesk(const CommandDesk&) = delete;
  CommandDesk& operator=(const CommandDesk&) = delete;

  struct News {
    std::vector<DeviceIdentity> came;
    std::vector<CommandReport> reports;
  };

  // A device has logged in.
  void announce(const DeviceIdentity& identity);
  void report(CommandReport report);
  // Wakes the dispatcher without any news.
  void ring();

  // For the dispatcher: can be read when there is news or it was rung for, until the next take().
  int descriptor() const { return descriptor_; }
  News take();

 private:
  const int descriptor_;
  std::mutex mutex_;
  News news_;  // protected by mutex_
};

}  // namespace rastro
