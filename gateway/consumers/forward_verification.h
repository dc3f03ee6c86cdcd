// Asks Persat now and then whether it has what was sent: the last point of some devices, compared with the
// newest position that it took of them. Differences are counted and told, nothing is mended. One thread of
// its own.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <array>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "forwarder/forwarder.h"
#include "forwarder/persat/api.h"
#include "gateway/config/config.h"
#include "gateway/devices/device_directory.h"

namespace rastro {

class ForwardVerification {
 public:
  enum class Finding : std::uint8_t {
    kSame,
    kBehind,   // Persat's is older than what it took
    kAhead,    // newer: the device has another way to Persat
    kUnknown,  // it has none of the device
    kFailed,   // no answer that says
  };
  static constexpr std::size_t kFindingCount = 5;
  static std::string_view finding_name(Finding finding);
  using Counts = std::array<std::uint64_t, kFindingCount>;

  // Of one round: five seconds at the default pace, which the catalogue's calls share with it at Persat.
  static constexpr std::size_t kDevicesPerRound = 20;

  // Nothing for a device that has no number at Persat. Any thread.
  using FindId = std::function<std::optional<std::int64_t>(const DeviceIdentity&)>;

  // `ledger` outlives it. Throws std::runtime_error as persat::Connection does.
  ForwardVerification(const persat::Api::Options& persat, std::chrono::minutes interval,
                      const forward::Ledger& ledger, FindId find_id, prometheus::Registry& registry);
  ~ForwardVerification() { stop(); }

  void start() { thread_ = std::thread(&ForwardVerification::run, this); }
  // Waits for the request under way.
  void stop();

  // The next devices in turn. Ends early at a failure, which would be that of the others too.
  Counts check_some();

 private:
  void run();
  // False when it is to end.
  bool wait();
  Finding check(const DeviceIdentity& device, std::int64_t id, std::int64_t sent_ms);

  const std::chrono::minutes interval_;
  const forward::Ledger& ledger_;
  const FindId find_id_;
  persat::Api api_;
  std::array<prometheus::Counter*, kFindingCount> found_;
  std::size_t next_device_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;  // protected by mutex_
  std::thread thread_;
};

// Null when it is off, or forwarding is. All outlive it.
std::unique_ptr<ForwardVerification> make_forward_verification(const Config& config,
                                                               const forward::Forwarder* forwarder,
                                                               const DeviceDirectory& directory,
                                                               prometheus::Registry& registry);

}  // namespace rastro
