#include "gateway/net/live_identities.h"

#include <algorithm>
#include <utility>

namespace rastro {
namespace {

// Connections of one contested identity. A single device on a bad line leaves half-open ones behind, which
// end when they are idle; what is more than this is ended as it always was.
constexpr std::size_t kMaxOwners = 8;

}  // namespace

LiveIdentities::Claim LiveIdentities::claim(const DeviceIdentity& identity,
                                            const std::shared_ptr<LiveConnection>& owner,
                                            std::chrono::steady_clock::time_point now, bool may_be_contest) {
  std::vector<std::shared_ptr<LiveConnection>> ended;
  Claim claim;
  {
    const std::lock_guard lock(mutex_);
    claim.often = !logins_.take(identity, now);
    std::vector<Owner>& owners = claims_[identity];
    std::erase_if(owners, [](const Owner& before) { return before.alive.expired(); });
    if (const auto own = std::ranges::find(owners, owner.get(), &Owner::connection); own != owners.end()) {
      std::rotate(own, own + 1, owners.end());
      return claim;
    }
    if (!owners.empty() && may_be_contest) claim.contested = !takeovers_.take(identity, now);
    while (owners.size() >= (claim.contested ? kMaxOwners : 1)) {
      ended.push_back(owners.front().alive.lock());
      owners.erase(owners.begin());
    }
    owners.push_back({owner.get(), owner, ++last_number_});
  }
  for (const auto& before : ended) {
    if (before) before->supersede();
  }
  return claim;
}

void LiveIdentities::release(const DeviceIdentity& identity, const LiveConnection* owner) {
  const std::lock_guard lock(mutex_);
  const auto found = claims_.find(identity);
  if (found == claims_.end()) return;
  std::erase_if(found->second, [&](const Owner& one) { return one.connection == owner; });
  if (found->second.empty()) claims_.erase(found);
}

LiveIdentities::Speaker LiveIdentities::find(const DeviceIdentity& identity) const {
  const std::lock_guard lock(mutex_);
  const auto found = claims_.find(identity);
  if (found == claims_.end()) return {};
  return {found->second.back().alive.lock(), found->second.back().number};
}

std::size_t LiveIdentities::size() const {
  const std::lock_guard lock(mutex_);
  return claims_.size();
}

std::vector<DeviceIdentity> LiveIdentities::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<DeviceIdentity> identities;
  identities.reserve(claims_.size());
  for (const auto& [identity, owners] : claims_) identities.push_back(identity);
  return identities;
}

}  // namespace rastro
