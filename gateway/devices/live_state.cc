#include "gateway/devices/live_state.h"

#include <utility>

namespace rastro {
namespace {

constexpr std::int64_t kFutureToleranceMs = 24LL * 3600 * 1000;

}  // namespace

std::optional<LivePosition> LiveState::offer(const DeviceIdentity& device, const LivePosition& position,
                                             std::int64_t now_ms) {
  if (position.time_ms > now_ms + kFutureToleranceMs) return {};
  const std::lock_guard lock(mutex_);
  const auto [entry, is_new] = positions_.try_emplace(device, position);
  if (is_new || position.time_ms <= entry->second.time_ms) return {};
  return std::exchange(entry->second, position);
}

std::optional<LivePosition> LiveState::find(const DeviceIdentity& device) const {
  const std::lock_guard lock(mutex_);
  const auto found = positions_.find(device);
  return found == positions_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace rastro
