// The books of forwarding: what became of each fix, in total and for each active device. The forwarder's
// thread writes, any thread reads.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "forwarder/job.h"
#include "forwarder/progress.h"
#include "forwarder/window.h"

namespace rastro::forward {

class Ledger {
 public:
  struct DeviceLine {
    DeviceIdentity device;
    DeviceCounts counts;
  };

  // What was stored. Before anything else.
  void restore(const Totals& totals, const std::vector<DeviceLine>& devices);

  // The books of one active device; stays in place.
  DeviceCounts& of(const DeviceIdentity& device);
  // A fix was read; then one of the following becomes of it. `device` null: not active.
  void read(DeviceCounts* device, std::uint64_t count = 1);
  void skipped(DeviceCounts* device, Skip reason, std::uint64_t count = 1);
  void delivered(const Jobs& batch);
  void parked(const Job& job, ParkReason reason);
  // A parked one that was delivered after all, or deleted.
  void resent(const DeviceIdentity& device);
  void deleted(const DeviceIdentity& device);
  void retried(std::size_t count);

  Totals totals() const;
  // Of a device; 0: none was sent.
  std::int64_t newest_sent_ms(const DeviceIdentity& device) const;
  // Devices by identity, and how many there are.
  std::vector<DeviceLine> page(std::size_t offset, std::size_t limit, std::size_t& total) const;
  // What changed since the last call, to be stored.
  std::vector<DeviceLine> take_changed();
  std::vector<DeviceLine> all() const;

 private:
  struct ByName {
    bool operator()(const DeviceIdentity& a, const DeviceIdentity& b) const { return a.view() < b.view(); }
  };
  using Devices = std::map<DeviceIdentity, DeviceCounts, ByName>;

  void change(DeviceCounts* device, std::uint64_t DeviceCounts::*what, std::uint64_t by);

  mutable std::mutex mutex_;
  Totals totals_;
  Devices devices_;
};

}  // namespace rastro::forward
