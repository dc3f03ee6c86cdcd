// The end of the shards: nothing more is accepted or read, what becomes durable is answered. The thread that
// made them.
#pragma once

#include <chrono>
#include <memory>
#include <span>

#include "gateway/net/shard.h"

namespace rastro {

// Comes back when nothing is owed any more, or at `until`; the shards' threads have ended then. False: some
// were still waiting for their answers, and got none.
bool drain_shards(std::span<const std::unique_ptr<Shard>> shards,
                  std::chrono::steady_clock::time_point until);

}  // namespace rastro
