// How often each identity may do something: so many times at once, then at a rate. Time is an argument. One
// thread, or under the caller's lock.
#pragma once

#include <chrono>
#include <cstddef>
#include <unordered_map>

#include "forwarder/token_bucket.h"
#include "schema/device_identity.h"

namespace rastro {

class IdentityRates {
 public:
  using Time = std::chrono::steady_clock::time_point;

  IdentityRates(double at_once, double per_hour) : at_once_(at_once), per_hour_(per_hour) {}

  // Whether it may do it now, which then counts. Remembers those that did it lately, and no more than
  // kMaxRemembered: the others may.
  bool take(const DeviceIdentity& identity, Time now);

 private:
  static constexpr std::size_t kMaxRemembered = 65536;

  const double at_once_;
  const double per_hour_;
  std::unordered_map<DeviceIdentity, forward::TokenBucket> buckets_;
  Time next_forget_{};
};

}  // namespace rastro
