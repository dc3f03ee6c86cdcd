#include "forwarder/ledger.h"

#include <algorithm>
#include <iterator>

namespace rastro::forward {

std::string_view skip_name(Skip skip) {
  switch (skip) {
    case Skip::kPendingDevice:
      return "pending_device";
    case Skip::kNotValid:
      return "not_valid";
    case Skip::kNoPersatId:
      return "no_persat_id";
    case Skip::kDuplicate:
      return "duplicate";
    case Skip::kAmbiguousDevice:
      return "ambiguous_device";
    case Skip::kOutsideWorkingHours:
      return "outside_working_hours";
    case Skip::kTooNear:
      return "too_near";
    case Skip::kUnreadable:
      break;
  }
  return "unreadable";
}

void Ledger::restore(const Totals& totals, const std::vector<DeviceLine>& devices) {
  const std::lock_guard lock(mutex_);
  totals_ = totals;
  for (const DeviceLine& line : devices) devices_[line.device] = line.counts;
}

DeviceCounts& Ledger::of(const DeviceIdentity& device) {
  const std::lock_guard lock(mutex_);
  return devices_[device];
}

void Ledger::change(DeviceCounts* device, std::uint64_t DeviceCounts::*what, std::uint64_t by) {
  if (device == nullptr) return;
  device->*what += by;
  device->changed = true;
}

void Ledger::read(DeviceCounts* device, std::uint64_t count) {
  const std::lock_guard lock(mutex_);
  totals_.read += count;
  change(device, &DeviceCounts::read, count);
}

void Ledger::skipped(DeviceCounts* device, Skip reason, std::uint64_t count) {
  const std::lock_guard lock(mutex_);
  totals_.skipped[static_cast<std::size_t>(reason)] += count;
  change(device, &DeviceCounts::passed_over, count);
}

void Ledger::delivered(const Jobs& batch) {
  const std::lock_guard lock(mutex_);
  for (const Job* job : batch) {
    if (job->counts != nullptr && is_plausible(job->fix, job->received_ms)) {
      job->counts->newest_sent_ms = std::max(job->counts->newest_sent_ms, job->fix.time_ms);
      job->counts->changed = true;
    }
    if (job->was_parked) continue;
    ++totals_.delivered;
    change(job->counts, &DeviceCounts::sent, 1);
  }
}

void Ledger::parked(const Job& job, ParkReason reason) {
  const std::lock_guard lock(mutex_);
  if (job.was_parked) return;  // it stays what it was
  ++totals_.parked[static_cast<std::size_t>(reason)];
  change(job.counts, &DeviceCounts::parked, 1);
}

void Ledger::resent(const DeviceIdentity& device) {
  const std::lock_guard lock(mutex_);
  ++totals_.resent;
  DeviceCounts& counts = devices_[device];
  counts.parked -= std::min<std::uint64_t>(counts.parked, 1);
  change(&counts, &DeviceCounts::sent, 1);
}

void Ledger::deleted(const DeviceIdentity& device) {
  const std::lock_guard lock(mutex_);
  ++totals_.deleted;
  DeviceCounts& counts = devices_[device];
  counts.parked -= std::min<std::uint64_t>(counts.parked, 1);
  change(&counts, &DeviceCounts::passed_over, 1);
}

void Ledger::retried(std::size_t count) {
  const std::lock_guard lock(mutex_);
  totals_.retried += count;
}

Totals Ledger::totals() const {
  const std::lock_guard lock(mutex_);
  return totals_;
}

std::int64_t Ledger::newest_sent_ms(const DeviceIdentity& device) const {
  const std::lock_guard lock(mutex_);
  const auto found = devices_.find(device);
  return found == devices_.end() ? 0 : found->second.newest_sent_ms;
}

std::vector<Ledger::DeviceLine> Ledger::page(std::size_t offset, std::size_t limit,
                                             std::size_t& total) const {
  const std::lock_guard lock(mutex_);
  total = devices_.size();
  std::vector<DeviceLine> lines;
  if (offset >= total) return lines;
  for (auto at = std::next(devices_.begin(), static_cast<std::ptrdiff_t>(offset));
       at != devices_.end() && lines.size() < limit; ++at) {
    lines.push_back({at->first, at->second});
  }
  return lines;
}

std::vector<Ledger::DeviceLine> Ledger::take_changed() {
  const std::lock_guard lock(mutex_);
  std::vector<DeviceLine> lines;
  for (auto& [device, counts] : devices_) {
    if (!counts.changed) continue;
    counts.changed = false;
    lines.push_back({device, counts});
  }
  return lines;
}

std::vector<Ledger::DeviceLine> Ledger::all() const {
  std::size_t total = 0;
  return page(0, SIZE_MAX, total);
}

}  // namespace rastro::forward
