// What the stand-in for Persat knows and answers: the envelope, the codes and the words that Persat documents
// (persat-api.md), and a push endpoint of its own making, as Persat's is not public. No sockets here; one
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/persat_sandbox/clients.h"
#include "tests/persat_sandbox/deliveries.h"
#include "tests/persat_sandbox/fault.h"
#include "tests/persat_sandbox/fleet.h"
#include "tests/persat_sandbox/message.h"
#include "tests/persat_sandbox/work_orders.h"

namespace persat_sandbox {

// What a device has sent.
struct Received {
  std::uint64_t count = 0;
  std::uint64_t out_of_order = 0;  // older than the one before
  std::uint64_t duplicates = 0;    // the same body once more
  std::string timestamp;           // of the last
  double latitude = 0;
  double longitude = 0;
  std::set<std::size_t> bodies{};  // their hashes
};

struct Options {
  std::string key;  // empty: any key will do
  std::string push_path;
  std::set<std::int64_t> device_list{};  // beside those of `sizes`; none of either: every device is known
  Sizes sizes{};
};

class Sandbox {
 public:
  explicit Sandbox(Options options);

  Reply answer(const Request& request);
  // The bodies for the webhook since the last call: of what was changed at the control endpoints, as Persat
  // sends none for what is changed through its API (persat-api.md 4.3).
  std::vector<std::string> take_events() { return std::exchange(events_, {}); }
  void webhook_answered(bool well) { ++(well ? webhooks_taken_ : webhooks_failed_); }

 private:
  Reply control(const Request& request);
  Reply change(const Request& request);
  std::string summary() const;
  std::string page() const;
  // One position, or an array of them: taken whole or not at all.
  Reply push(const Request& request);
  void receive(const boost::json::object& position);
  Reply read(const Request& request);
  Reply last_point(const std::string& id_text) const;
  void reset();
  bool authorized(const Request& request) const;

  const Options options_;
  const bool any_device_;
  Clients clients_;
  Fleet fleet_;
  WorkOrders work_orders_;
  const Deliveries deliveries_;
  Faults faults_;
  std::uint64_t requests_ = 0;  // of the push endpoint
  std::uint64_t accepted_ = 0;
  std::map<std::string, std::uint64_t> calls_;  // of the others, by method and first word of the path
  std::map<std::int64_t, Received> devices_;
  std::vector<std::string> events_;
  std::uint64_t webhooks_taken_ = 0;  // answered with 2xx
  std::uint64_t webhooks_failed_ = 0;
};

}  // namespace persat_sandbox
