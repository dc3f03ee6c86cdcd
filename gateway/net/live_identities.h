// Which connection speaks for which identity, over all shards: the newest, which ends the one before. Two
// that take an identity from each other again and again (clones with one IMEI, field_behaviour.md 5) both
// stay. Whose logins are so many that they say nothing new is told too. Time is an argument; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "gateway/net/command_desk.h"
#include "gateway/net/identity_rates.h"
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

  struct Claim {
    // The connection before was asked to end too often lately, and stays.
    bool contested = false;
    // The identity has logged in too often lately: no row is worth keeping that says so once more.
    bool often = false;
  };

  // `takeovers_per_hour`: how often a newer connection ends the one before; beyond that both stay.
  explicit LiveIdentities(double takeovers_per_hour = 20)
      : takeovers_(takeovers_per_hour, takeovers_per_hour) {}

  // An identity has logged in: makes `owner` the one that speaks for it, and asks the one before to end.
  // `may_be_contest` false: there is another reason for devices to come again, and it always ends.
  Claim claim(const DeviceIdentity& identity, const std::shared_ptr<LiveConnection>& owner,
              std::chrono::steady_clock::time_point now, bool may_be_contest = true);
  // Forgets the identity if `owner` still has it.
  void release(const DeviceIdentity& identity, const LiveConnection* owner);
  // With a null connection when nobody does.
  Speaker find(const DeviceIdentity& identity) const;
  std::size_t size() const;
  // All that somebody speaks for.
  std::vector<DeviceIdentity> all() const;

 private:
  struct Owner {
    const LiveConnection* connection = nullptr;
    std::weak_ptr<LiveConnection> alive;
    std::uint64_t number = 0;
  };

  static constexpr double kLoginsAtOnce = 20;
  static constexpr double kLoginsPerHour = 60;

  mutable std::mutex mutex_;
  // Below: protected by mutex_.
  std::unordered_map<DeviceIdentity, std::vector<Owner>> claims_;  // the one that speaks last
  IdentityRates takeovers_;
  IdentityRates logins_{kLoginsAtOnce, kLoginsPerHour};
  std::uint64_t last_number_ = 0;
};

}  // namespace rastro
