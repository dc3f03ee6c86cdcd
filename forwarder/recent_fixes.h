// The fixes read last: a device that missed an acknowledgement sends the same records again, and the journal
// has them twice. A bounded memory, of which the books keep a copy through a restart (ledger_file.h); what it
// forgot is sent again. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <unordered_set>
#include <vector>

#include "schema/device_identity.h"

namespace rastro::forward {

class RecentFixes {
 public:
  // About 50 bytes each, and 8 in the books. Enough for 500 devices that send whole Teltonika packets of 255
  // records again.
  static constexpr std::size_t kDefaultSize = 1U << 17;

  explicit RecentFixes(std::size_t size = kDefaultSize) : size_(size) {}

  // False when it is known already.
  bool insert(const DeviceIdentity& device, std::int64_t time_ms, std::uint64_t record_hash);

  // What take_added() or take_all() gave before the restart, oldest first; of too many the last.
  void restore(std::span<const std::uint64_t> keys);
  // What came since the last call, without what was pushed out since; oldest first, to be stored.
  std::vector<std::uint64_t> take_added();
  // All of it, and nothing is left for take_added().
  std::vector<std::uint64_t> take_all();

 private:
  // One as 64 bits. Stored, so the function is fixed for ever. Of a thousand million fixes that are compared
  // with a full memory, one is taken for another with a chance of 1 in 100,000.
  static std::uint64_t key_of(const DeviceIdentity& device, std::int64_t time_ms, std::uint64_t record_hash);
  bool insert(std::uint64_t key);

  const std::size_t size_;
  std::unordered_set<std::uint64_t> keys_;
  std::deque<std::uint64_t> order_;
  std::size_t added_ = 0;  // at the end of order_, not taken yet
};

}  // namespace rastro::forward
