#include "gateway/net/identity_rates.h"

namespace rastro {
namespace {

constexpr std::size_t kForgetFrom = 1024;
constexpr std::chrono::seconds kForgetPause{10};
constexpr double kSecondsPerHour = 3600;

}  // namespace

bool IdentityRates::take(const DeviceIdentity& identity, Time now) {
  if (buckets_.size() >= kForgetFrom && now >= next_forget_) {
    std::erase_if(buckets_, [&](const auto& entry) { return entry.second.is_full(now); });
    next_forget_ = now + kForgetPause;
  }
  auto known = buckets_.find(identity);
  if (known == buckets_.end()) {
    if (buckets_.size() >= kMaxRemembered) return true;
    known = buckets_.try_emplace(identity, per_hour_ / kSecondsPerHour, at_once_).first;
  }
  return known->second.take(now);
}

}  // namespace rastro
