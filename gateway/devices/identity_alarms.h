// What makes a device's identity doubtful, counted and kept until somebody tells it as an event. Nothing is
// refused or overwritten for it: any client can claim any identity, and which of two is the true one only
// people know. Any thread.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema/device_identity.h"

namespace rastro {

enum class IdentityAlarm : std::uint8_t {
  kTwoConnections,  // two live connections took the identity from each other again and again; both stay
  kImpossibleJump,  // two places that no vehicle gets between in that time
  kForeignNetwork,  // it comes from where it is not expected
};
inline constexpr std::size_t kIdentityAlarmCount = 3;
// "two_connections", …: a label of metrics, and `kind` in events.
std::string_view identity_alarm_name(IdentityAlarm kind);

class IdentityAlarms {
 public:
  struct Raised {
    IdentityAlarm kind = IdentityAlarm::kTwoConnections;
    DeviceIdentity device;
    std::int64_t at_ms = 0;  // UTC
    std::string data;        // members of a JSON object, without its braces
  };

  explicit IdentityAlarms(prometheus::Registry& registry);

  // The same of the same device within an hour is one alarm. True when it is a new one.
  bool raise(Raised alarm);
  // Those that wait to be told, oldest first.
  std::vector<Raised> take();
  // Could not be told yet.
  void put_back(std::vector<Raised> alarms);

 private:
  using Known = std::unordered_map<DeviceIdentity, std::int64_t>;  // when the last was raised

  std::array<prometheus::Counter*, kIdentityAlarmCount> counters_;
  std::mutex mutex_;
  // Below: protected by mutex_.
  std::array<Known, kIdentityAlarmCount> known_;
  std::array<std::int64_t, kIdentityAlarmCount> next_look_ms_{};  // for those that are over
  std::vector<Raised> waiting_;
};

// Of a device that comes from `peer`, now; a new one has a line in the log, among others.
void raise_identity_alarm(IdentityAlarms& alarms, IdentityAlarm kind, const DeviceIdentity& device,
                          std::string_view peer);
// The same of any kind with what there is to say of it, as IdentityAlarms::Raised has it.
void raise_identity_alarm(IdentityAlarms& alarms, IdentityAlarms::Raised alarm);

}  // namespace rastro
