// When a webhook's delivery is tried again, and when no more: Persat's own schedule (persat-api.md 4.2).
// Pure; time is an argument.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace rastro::webhooks {

// Before the first attempt, the second, …. Each counts from the failure before it, which the document leaves
// open: the last is then 27 h 35 min 5 s and the time of seven attempts after the first.
inline constexpr std::array<std::chrono::seconds, 8> kWaits = {
    std::chrono::seconds(0), std::chrono::seconds(5), std::chrono::minutes(5), std::chrono::minutes(30),
    std::chrono::hours(2),   std::chrono::hours(5),   std::chrono::hours(10),  std::chrono::hours(10)};

// In UTC milliseconds, after that many failures, the last of them at `failed_ms`; nothing: it has failed.
inline std::optional<std::int64_t> next_attempt_ms(std::size_t failures, std::int64_t failed_ms) {
  if (failures >= kWaits.size()) return {};
  return failed_ms + std::chrono::milliseconds(kWaits[failures]).count();
}

}  // namespace rastro::webhooks
