// What of a record goes to the target, and as what: the one place that asks about devices. Immutable; the
// forwarder's thread, but find_target() and find_hindrance() from any.
#pragma once

#include <functional>
#include <optional>

#include "forwarder/job.h"
#include "forwarder/progress.h"
#include "forwarder/request_shape.h"
#include "schema/record.h"

namespace rastro::forward {

struct Devices {
  // Any thread. Whether find() can know yet; until then nothing is read.
  std::function<bool()> ready;
  // Any thread. Nothing: not active.
  std::function<std::optional<Target>(const DeviceIdentity&)> find;
  // The forwarder's thread. Whether the device is at work at a time; none: always.
  std::function<bool(const DeviceIdentity&, std::int64_t time_ms)> at_work = {};
};

class JobMaker {
 public:
  // `shape` outlives it.
  JobMaker(Devices devices, const RequestShape& shape) : devices_(std::move(devices)), shape_(shape) {}

  bool ready() const { return devices_.ready(); }
  std::optional<Target> find_target(const DeviceIdentity& device) const { return devices_.find(device); }
  // Why the target cannot be told of the device at all.
  std::optional<Skip> find_hindrance(const std::optional<Target>& target) const;
  bool at_work(const DeviceIdentity& device, std::int64_t time_ms) const {
    return !devices_.at_work || devices_.at_work(device, time_ms);
  }
  // `fix` is one of the record's.
  Job make(const StoredRecord& record, const Fix& fix, FixId id, const Target& target,
           DeviceCounts& counts) const;

 private:
  const Devices devices_;
  const RequestShape& shape_;
};

}  // namespace rastro::forward
