#include "gateway/net/drain.h"

#include <condition_variable>
#include <mutex>

namespace rastro {

bool drain_shards(std::span<const std::unique_ptr<Shard>> shards,
                  std::chrono::steady_clock::time_point until) {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t left = shards.size();
  for (const auto& shard : shards) {
    shard->drain([&] {
      const std::lock_guard lock(mutex);
      --left;
      changed.notify_one();
    });
  }
  bool drained = false;
  {
    std::unique_lock lock(mutex);
    drained = changed.wait_until(lock, until, [&] { return left == 0; });
  }
  for (const auto& shard : shards) shard->stop();
  return drained;
}

}  // namespace rastro
