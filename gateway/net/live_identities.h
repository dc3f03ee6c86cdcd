// Which connection speaks for which identity, over all shards: the newest wins. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "gateway/net/command_desk.h"
#include "protocols/session.h"
#include "schema/device_identity.h"

namespace rastro {

// A connection, as another shard's thread or the dispatcher may see it.
class LiveConnection {
 public:
  virtual ~LiveConnection() = default;
  // Ends the connection when what it has read is answered. Any thread.
  virtual void supersede() = 0;
  // Writes the command when the line is idle. What becomes of it is said at the desk, once. Any thread.
  virtual void post_command(OutgoingCommand command) = 0;
  // The device has other settings than it had. Any thread.
  virtual void settings_changed() = 0;
  virtual const Protocol& protocol() const = 0;
};

class LiveIdentities {
 public:
  // A connection that speaks for an identity. The number tells one from the next, of all that ever were.
  struct Speaker {
    std::shared_ptr<LiveConnection> connection;
    std::uint64_t number = 0;
  };

  // Makes `owner` the one that speaks for the identity, and asks the one before to end.
  void claim(const DeviceIdentity& identity, const std::shared_ptr<LiveConnection>& owner);
  // Forgets the identity if `owner` still has it.
  void release(const DeviceIdentity& identity, const LiveConnection* owner);
  // With a null connection when nobody does.
  Speaker find(const DeviceIdentity& identity) const;
  std::size_t size() const;
  // All that somebody speaks for.
  std::vector<DeviceIdentity> all() const;

 private:
  struct Claim {
    const LiveConnection* owner = nullptr;
    std::weak_ptr<LiveConnection> alive;
    std::uint64_t number = 0;
  };
  mutable std::mutex mutex_;
  std::unordered_map<DeviceIdentity, Claim> claims_;
  std::uint64_t last_number_ = 0;
};

}  // namespace rastro
