// Memory that connections hold for bytes on their way: half a frame, a reply that is not taken. All of them
// together have a budget; once it is used up nobody may hold more than its share, so that those who hold much
// go and a device with half a packet stays. Any thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace rastro {

class BufferBudget {
 public:
  explicit BufferBudget(std::int64_t bytes) : bytes_(bytes) {}

  void set(std::int64_t bytes) { bytes_.store(bytes, std::memory_order_relaxed); }

  // A connection holds that much more, or less.
  void add(std::int64_t change) { held_.fetch_add(change, std::memory_order_relaxed); }
  std::int64_t held() const { return held_.load(std::memory_order_relaxed); }

  // Whether a connection, one of `connections`, may hold `own` bytes (which are added already).
  bool allows(std::int64_t own, std::int64_t connections) const {
    const std::int64_t bytes = bytes_.load(std::memory_order_relaxed);
    return held() <= bytes || own <= std::max(kAlways, bytes / std::max<std::int64_t>(connections, 1));
  }

 private:
  // A few common packets: what every connection may hold, however many there are.
  static constexpr std::int64_t kAlways = 4096;

  std::atomic<std::int64_t> bytes_;
  std::atomic<std::int64_t> held_{0};
};

}  // namespace rastro
