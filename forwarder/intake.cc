#include "forwarder/intake.h"

#include <algorithm>

#include "schema/json.h"

namespace rastro::forward {

Intake::Intake(journal::Journal& journal, const char* name, const Devices& devices, const RequestShape& shape,
               Filter::Rules rules, const Standing& standing, Window& window, Ledger& ledger)
    : devices_(devices),
      shape_(shape),
      window_(window),
      ledger_(ledger),
      consumer_(journal, name, window.done_cursor()),
      filter_(rules),
      read_before_(standing.read),
      open_before_(standing.open.begin(), standing.open.end()) {}

void Intake::read_ahead(std::chrono::milliseconds wait, const std::atomic<bool>& stopping) {
  trouble_.clear();
  if (!devices_.ready()) {
    trouble_ = "the devices are not loaded yet";
    return;
  }
  while (!window_.full() && !stopping) {
    const journal::RecordView* record = consumer_.next(wait);
    if (record == nullptr) {
      if (!consumer_.status().ok()) trouble_ = "the journal cannot be read: " + consumer_.status().detail;
      return;
    }
    add(*record);
    wait = std::chrono::milliseconds(0);
  }
}

void Intake::add(const journal::RecordView& record) {
  const bool again = record.begin.position < read_before_.position;
  if (!record_.decode(record.payload)) {
    if (!again) {
      ledger_.read(nullptr, record.units);
      ledger_.skipped(nullptr, Skip::kUnreadable, record.units);
    }
    return window_.add(record.end, jobs_);
  }
  if (!record_.messages.fixes.empty()) {
    const auto target = devices_.find(record_.head.identity);
    DeviceCounts* const counts = target ? &ledger_.of(record_.head.identity) : nullptr;
    FixId id{record.begin.position, 0};
    for (const Fix& fix : record_.messages.fixes) {
      again ? add_again(fix, id, target, counts) : add_fix(fix, id, target, counts);
      ++id.index;
    }
  }
  window_.add(record.end, jobs_);
}

std::optional<Skip> Intake::find_hindrance(const Target& target) const {
  if (target.ambiguous) return Skip::kAmbiguousDevice;
  if (!target.persat_device_id && shape_.needs(Placeholder::kPersatDeviceId)) return Skip::kNoPersatId;
  return {};
}

// The filter last, as it remembers what it lets pass.
std::optional<Skip> Intake::find_reason(const Fix& fix, const std::optional<Target>& target) {
  const DeviceIdentity& device = record_.head.identity;
  if (!target) return Skip::kPendingDevice;
  if (!fix.valid) return Skip::kNotValid;
  if (const auto hindrance = find_hindrance(*target)) return hindrance;
  if (!recent_.insert(device, fix.time_ms, fix.record_hash)) return Skip::kDuplicate;
  if (devices_.at_work && !devices_.at_work(device, fix.time_ms)) return Skip::kOutsideWorkingHours;
  if (!filter_.passes(device, fix)) return Skip::kTooNear;
  return {};
}

void Intake::add_fix(const Fix& fix, FixId id, const std::optional<Target>& target, DeviceCounts* counts) {
  ledger_.read(counts);
  if (const auto reason = find_reason(fix, target)) return ledger_.skipped(counts, *reason);
  make_job(fix, id, *target, counts);
}

// It is counted as read already, and what became of it too, unless it was open: then it went through the
// filters, but what is known of its device may have changed.
void Intake::add_again(const Fix& fix, FixId id, const std::optional<Target>& target, DeviceCounts* counts) {
  if (target && fix.valid) recent_.insert(record_.head.identity, fix.time_ms, fix.record_hash);
  const auto open = open_before_.find(id);
  if (open == open_before_.end()) return;
  open_before_.erase(open);
  const auto reason = target ? find_hindrance(*target) : Skip::kPendingDevice;
  if (reason) return ledger_.skipped(counts, *reason);
  filter_.passes(record_.head.identity, fix);
  make_job(fix, id, *target, counts);
}

void Intake::make_job(const Fix& fix, FixId id, const Target& target, DeviceCounts* counts) {
  Job& job = jobs_.emplace_back();
  job.device = record_.head.identity;
  job.target = target;
  job.id = id;
  job.received_ms = record_.head.received_ms;
  job.fix = fix;
  job.counts = counts;
  if (shape_.needs(Placeholder::kAttributes)) {
    append_json_attributes(record_.messages.attributes_of(fix), fix.alarms, job.attributes);
  }
}

Standing Intake::standing() const {
  Standing now;
  now.done = window_.done_cursor();
  now.read = std::max(window_.read_cursor(), read_before_);
  window_.list_open(now.open);
  now.open.insert(now.open.end(), open_before_.begin(), open_before_.end());
  now.totals = ledger_.totals();
  return now;
}

}  // namespace rastro::forward
