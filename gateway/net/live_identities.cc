#include "gateway/net/live_identities.h"

namespace rastro {

void LiveIdentities::claim(const DeviceIdentity& identity, const std::shared_ptr<Supersedable>& owner) {
  std::shared_ptr<Supersedable> before;
  {
    const std::lock_guard lock(mutex_);
    Claim& claim = claims_[identity];
    if (claim.owner == owner.get()) return;
    before = claim.alive.lock();
    claim = {owner.get(), owner};
  }
  if (before) before->supersede();
}

void LiveIdentities::release(const DeviceIdentity& identity, const Supersedable* owner) {
  const std::lock_guard lock(mutex_);
  const auto found = claims_.find(identity);
  if (found != claims_.end() && found->second.owner == owner) claims_.erase(found);
}

std::size_t LiveIdentities::size() const {
  const std::lock_guard lock(mutex_);
  return claims_.size();
}

}  // namespace rastro
