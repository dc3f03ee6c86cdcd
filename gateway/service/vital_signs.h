// Whether the threads that devices depend on still move: the shards' loops answer, and the journal's thread
// has nothing to do or does it. The supervisor's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "gateway/net/shard.h"

namespace rastro {

class VitalSigns {
 public:
  VitalSigns(const journal::Journal& journal, std::span<const std::unique_ptr<Shard>> shards)
      : journal_(journal), shards_(shards) {}

  // What has not moved since the call before, as a sentence; empty when all has. A journal that has failed
  // counts as such: only a start anew mends it.
  std::string find_hanging();

 private:
  const journal::Journal& journal_;
  const std::span<const std::unique_ptr<Shard>> shards_;
  std::uint64_t turns_before_ = 0;  // of the journal's thread; it has had one when it is first asked
};

}  // namespace rastro
