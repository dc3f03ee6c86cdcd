// Which sources of datagrams are left unread for a while, as they send too much that is no packet. A source
// is an address and a port: thousands of devices share a carrier's address, and whoever fakes one device's
// silences that one alone. Pure; time is an argument; one thread (the kernel brings a source's datagrams to
// one shard).
#pragma once

#include <chrono>
#include <cstdint>
#include <unordered_map>

#include "forwarder/token_bucket.h"
#include "gateway/net/ip_network.h"

namespace rastro {

class DatagramLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Source {
    IpAddress address;
    std::uint16_t port = 0;
    friend bool operator==(const Source&, const Source&) = default;
  };

  // `per_second`: of one source, that are no packets; as many may come at once.
  explicit DatagramLimit(double per_second) : per_second_(per_second) {}

  // False, and costs nothing, as long as nobody has sent rubbish lately.
  bool may_be_blocked() const { return !sources_.empty(); }
  bool blocks(const Source& from, Time now);
  // Something came that was no packet.
  void note_bad(const Source& from, Time now);

  std::size_t sources() const { return sources_.size(); }

 private:
  struct Hash {
    std::size_t operator()(const Source& source) const noexcept;
  };

  void forget_idle_sources(Time now);

  const double per_second_;
  std::unordered_map<Source, forward::TokenBucket, Hash> sources_;
  Time next_look_{};
};

}  // namespace rastro
