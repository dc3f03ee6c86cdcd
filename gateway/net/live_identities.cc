#include "gateway/net/live_identities.h"

namespace rastro {

void LiveIdentities::claim(const DeviceIdentity& identity, const std::shared_ptr<LiveConnection>& owner) {
  std::shared_ptr<LiveConnection> before;
  {
    const std::lock_guard lock(mutex_);
    Claim& claim = claims_[identity];
    if (claim.owner == owner.get()) return;
    before = claim.alive.lock();
    claim = {owner.get(), owner, ++last_number_};
  }
  if (before) before->supersede();
}

void LiveIdentities::release(const DeviceIdentity& identity, const LiveConnection* owner) {
  const std::lock_guard lock(mutex_);
  const auto found = claims_.find(identity);
  if (found != claims_.end() && found->second.owner == owner) claims_.erase(found);
}

LiveIdentities::Speaker LiveIdentities::find(const DeviceIdentity& identity) const {
  const std::lock_guard lock(mutex_);
  const auto found = claims_.find(identity);
  if (found == claims_.end()) return {};
  return {found->second.alive.lock(), found->second.number};
}

std::size_t LiveIdentities::size() const {
  const std::lock_guard lock(mutex_);
  return claims_.size();
}

std::vector<DeviceIdentity> LiveIdentities::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<DeviceIdentity> identities;
  identities.reserve(claims_.size());
  for (const auto& [identity, claim] : claims_) identities.push_back(identity);
  return identities;
}

}  // namespace rastro
