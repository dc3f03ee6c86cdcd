#include "gateway/devices/source_networks.h"

#include <algorithm>

namespace rastro {
namespace {

// A carrier has a handful of ways out.
constexpr std::size_t kMaxNetworks = 8;
// At some 250 bytes each. Of more devices nothing is learnt.
constexpr std::size_t kMaxDevices = 65536;

}  // namespace

bool SourceNetworks::is_foreign(const DeviceIdentity& device, const IpAddress& from) {
  const bool unexpected = !options_.expected.empty() && !any_contains(options_.expected, from);
  return (options_.learn && is_new(device, from)) || unexpected;
}

bool SourceNetworks::is_new(const DeviceIdentity& device, const IpAddress& from) {
  const IpNetwork network(from, options_.v4_bits, options_.v6_bits);
  const std::lock_guard lock(mutex_);
  auto known = learnt_.find(device);
  if (known == learnt_.end()) {
    if (learnt_.size() < kMaxDevices) learnt_[device].push_back(network);
    return false;
  }
  std::vector<IpNetwork>& networks = known->second;
  const auto same = std::ranges::find(networks, network);
  const bool found = same != networks.end();
  if (!found && networks.size() < kMaxNetworks) networks.push_back(network);
  if (!found) networks.back() = network;  // in the place of the one that was not seen for longest
  std::rotate(networks.begin(), found ? same : networks.end() - 1, found ? same + 1 : networks.end());
  return !found;
}

}  // namespace rastro
