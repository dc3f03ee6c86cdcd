// From where devices are expected: from networks of a list, or each from those that it came from before. Pure
// but for a lock. Any thread.
#pragma once

#include <mutex>
#include <unordered_map>
#include <vector>

#include "gateway/net/ip_network.h"
#include "schema/device_identity.h"

namespace rastro {

class SourceNetworks {
 public:
  struct Options {
    std::vector<IpNetwork> expected;  // none: anywhere
    bool learn = false;               // each device's own
    int v4_bits = 24;                 // of a network that is learnt
    int v6_bits = 64;
  };

  explicit SourceNetworks(Options options) : options_(std::move(options)) {}

  // Whether the device is not expected from there; where it is learnt, it is from then on.
  bool is_foreign(const DeviceIdentity& device, const IpAddress& from);

 private:
  bool is_new(const DeviceIdentity& device, const IpAddress& from);

  const Options options_;
  std::mutex mutex_;
  // Protected by mutex_; the last few networks of each device, newest first.
  std::unordered_map<DeviceIdentity, std::vector<IpNetwork>> learnt_;
};

}  // namespace rastro
