#include "forwarder/recent_fixes.h"

#include <algorithm>
#include <array>

#include "schema/record_hash.h"

namespace rastro::forward {

// The hash of: identity, a zero byte, time and record hash as u64, little-endian.
std::uint64_t RecentFixes::key_of(const DeviceIdentity& device, std::int64_t time_ms,
                                  std::uint64_t record_hash) {
  std::array<std::uint8_t, DeviceIdentity::kMaxSize + 1 + 2 * sizeof(std::uint64_t)> bytes{};
  std::size_t size = device.view().size();
  std::copy(device.view().begin(), device.view().end(), bytes.begin());
  ++size;
  for (const std::uint64_t number : {static_cast<std::uint64_t>(time_ms), record_hash}) {
    for (unsigned shift = 0; shift < 64; shift += 8)
      bytes[size++] = static_cast<std::uint8_t>(number >> shift);
  }
  return rastro::record_hash(ByteView(bytes).first(size));
}

bool RecentFixes::insert(const DeviceIdentity& device, std::int64_t time_ms, std::uint64_t record_hash) {
  if (!insert(key_of(device, time_ms, record_hash))) return false;
  added_ = std::min(added_ + 1, order_.size());
  return true;
}

bool RecentFixes::insert(std::uint64_t key) {
  if (!keys_.insert(key).second) return false;
  order_.push_back(key);
  if (order_.size() > size_) {
    keys_.erase(order_.front());
    order_.pop_front();
  }
  return true;
}

void RecentFixes::restore(std::span<const std::uint64_t> keys) {
  for (const std::uint64_t key : keys.last(std::min(keys.size(), size_))) insert(key);
}

std::vector<std::uint64_t> RecentFixes::take_added() {
  const std::vector<std::uint64_t> added(order_.end() - static_cast<std::ptrdiff_t>(added_), order_.end());
  added_ = 0;
  return added;
}

std::vector<std::uint64_t> RecentFixes::take_all() {
  added_ = 0;
  return {order_.begin(), order_.end()};
}

}  // namespace rastro::forward
