// Commands to devices, as the dispatcher works through them: what is due, what was sent, what came back, what
// is over. A connection of its own that hears when something changes; blocking; one thread. Nothing throws.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "pipeline/postgis/kept_connection.h"

namespace rastro::postgis {

struct DueCommand {
  std::int32_t id = 0;
  std::string imei;
  std::string text;
  bool check_identity = false;
  bool cuts_fuel = false;
  bool again = false;  // was sent before, and may be sent again
  std::int64_t expires_ms = 0;
};

class CommandQueue {
 public:
  explicit CommandQueue(std::string url) : connection_(std::move(url), "rastro_command") {}

  // Of each active device the one that has its turn: the oldest that is queued, or the outstanding one where
  // that may be repeated.
  Result<std::vector<DueCommand>> due();
  // Queued commands become sent, as of `sent_ms` by the clock that stamps the answers. Those that did:
  // another gateway may have been faster. After a failure it is not known which: put all of them back.
  Result<std::vector<std::int32_t>> mark_sent(std::span<const std::int32_t> ids, std::int64_t sent_ms);
  // What mark_sent() marked with that time and nobody has sent is queued again.
  Result<void> put_back(std::span<const std::int32_t> ids, std::int64_t sent_ms);
  // What is sent will never be: the device cannot be asked that.
  Result<std::uint64_t> refuse(std::int32_t id, std::string_view reason);
  // Ends what is over, and gives how many.
  Result<std::uint64_t> expire();
  Result<std::uint64_t> count_queued();

  // True when commands may have changed since the last call, also when the connection was made anew; false
  // when `other` (a file descriptor) can be read, or when the time is over.
  Result<bool> wait(int other, std::chrono::milliseconds timeout) { return connection_.wait(other, timeout); }

 private:
  KeptConnection connection_;
};

}  // namespace rastro::postgis
