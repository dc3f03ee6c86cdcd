// Who may wait for its login: bounds on connections that have not said who they are, of all, of one address,
// and of one network. A device that logs in counts no more, so that thousands of them fit behind one
// carrier's address. Pure but for a lock: time is an argument, and whom it sends away the caller tells. Any
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <unordered_map>

#include "forwarder/token_bucket.h"
#include "gateway/metrics/close_reason.h"
#include "gateway/net/ip_network.h"
#include "gateway/net/newcomer_limits.h"

namespace rastro {

// A connection that has not said who it is, as another shard's thread may see it.
class Newcomer {
 public:
  virtual ~Newcomer() = default;
  // Ends the connection, unless it has logged in meanwhile: another needs its place. Any thread.
  virtual void give_way(CloseReason reason) = 0;
};

class AdmissionControl {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Ticket = std::uint64_t;

  struct Entry {
    Ticket ticket = 0;                              // 0: refused
    CloseReason reason = CloseReason::kShutdown;    // why it is refused, or why the other goes
    std::shared_ptr<Newcomer> gives_way = nullptr;  // to be told by the caller; null: nobody
  };

  explicit AdmissionControl(const NewcomerLimits& limits) : limits_(limits) {}

  // For those that come from now on; an address that is remembered keeps its rate until it is forgotten, and
  // how many bits make a network stays as it was.
  void reconfigure(const NewcomerLimits& limits);

  // A connection has come. When all that may wait do, the oldest goes for it; where that is an address's or a
  // network's bound, only one that has had its time to log in.
  Entry enter(std::weak_ptr<Newcomer> who, const IpAddress& from, Time now);
  // The connection has logged in: it counts no more, and its coming is not held against its address.
  void identified(Ticket ticket);
  // The connection is over without that.
  void left(Ticket ticket);
  // The oldest that waits, which the caller sends away to have its place; null when nobody waits.
  std::shared_ptr<Newcomer> take_oldest();

  std::size_t newcomers() const;
  // Addresses and networks that are remembered.
  std::size_t sources() const;

 private:
  struct Source {
    Source(std::int64_t rate, std::int64_t most)
        : bucket(static_cast<double>(rate), static_cast<double>(most)) {}
    forward::TokenBucket bucket;
    std::set<Ticket> waiting;  // oldest first
  };
  struct Guest {
    std::weak_ptr<Newcomer> who;
    Time since;
    IpNetwork address;
    IpNetwork network;
  };
  using Guests = std::map<Ticket, Guest>;

  Source* find_source(const IpNetwork& key, std::int64_t rate, std::int64_t most);
  void forget_idle_sources(Time now);
  Guests::iterator overdue_of(const Source& source, Time now);
  std::shared_ptr<Newcomer> remove(Guests::iterator guest, bool identified);
  void remove(Ticket ticket, bool identified);

  mutable std::mutex mutex_;
  // Below: protected by mutex_.
  NewcomerLimits limits_;
  Guests guests_;  // oldest first
  std::unordered_map<IpNetwork, Source> sources_;
  std::size_t forget_at_ = kForgetFirst;
  Time next_forget_{};
  Ticket last_ticket_ = 0;

  static constexpr std::size_t kForgetFirst = 1024;
};

}  // namespace rastro
