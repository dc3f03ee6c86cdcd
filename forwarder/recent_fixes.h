// The keys of the fixes read last: a device that missed an acknowledgement sends the same records again, and
// the journal has them twice. A bounded memory, as a resend follows soon; what it forgot, or a restart wiped
// out, is sent again. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_set>

#include "schema/device_identity.h"

namespace rastro::forward {

class RecentFixes {
 public:
  // About 70 bytes each. Enough for 500 devices that send whole Teltonika packets of 255 records again.
  static constexpr std::size_t kDefaultSize = 1U << 17;

  explicit RecentFixes(std::size_t size = kDefaultSize) : size_(size) {}

  // False when it is known already.
  bool insert(const DeviceIdentity& device, std::int64_t time_ms, std::uint64_t record_hash) {
    const Key key{std::hash<DeviceIdentity>{}(device), time_ms, record_hash};
    if (!keys_.insert(key).second) return false;
    order_.push_back(key);
    if (order_.size() > size_) {
      keys_.erase(order_.front());
      order_.pop_front();
    }
    return true;
  }

 private:
  // Of the device only a hash: the record's own hash beside it makes a mix-up as good as impossible.
  struct Key {
    std::uint64_t device;
    std::int64_t time_ms;
    std::uint64_t record_hash;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return key.device ^ (key.record_hash * 0x9E3779B97F4A7C15) ^ static_cast<std::uint64_t>(key.time_ms);
    }
  };

  const std::size_t size_;
  std::unordered_set<Key, Hash> keys_;
  std::deque<Key> order_;
};

}  // namespace rastro::forward
