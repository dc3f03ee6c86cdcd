#include "forwarder/intake.h"

#include <algorithm>

namespace rastro::forward {

Intake::Intake(journal::Journal& journal, const char* name, const JobMaker& maker, Filter::Rules rules,
               const Standing& standing, Window& window, CatchUp& catch_up, Ledger& ledger,
               RecentFixes& recent)
    : maker_(maker),
      window_(window),
      catch_up_(catch_up),
      ledger_(ledger),
      recent_(recent),
      consumer_(journal, name, window.done_cursor()),
      filter_(rules),
      read_before_(standing.read),
      open_before_(standing.open.begin(), standing.open.end()) {}

void Intake::read_ahead(std::chrono::milliseconds wait, const std::stop_token& stop) {
  trouble_.clear();
  if (!maker_.ready()) {
    trouble_ = "the devices are not loaded yet";
    return;
  }
  while (!window_.full() && !stop.stop_requested()) {
    const journal::RecordView* record = consumer_.next(wait, stop);
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
    const auto target = maker_.find_target(record_.head.identity);
    DeviceCounts* const counts = target ? &ledger_.of(record_.head.identity) : nullptr;
    FixId id{record.begin.position, 0};
    for (const Fix& fix : record_.messages.fixes) {
      again ? add_again(fix, id, target, counts) : add_fix(fix, id, target, counts);
      ++id.index;
    }
  }
  window_.add(record.end, jobs_);
}

// The filter last, as it remembers what it lets pass.
std::optional<Skip> Intake::find_reason(const Fix& fix, const std::optional<Target>& target) {
  const DeviceIdentity& device = record_.head.identity;
  if (!target) return Skip::kPendingDevice;
  if (!fix.valid) return Skip::kNotValid;
  if (const auto hindrance = maker_.find_hindrance(target)) return hindrance;
  if (!recent_.insert(device, fix.time_ms, fix.record_hash)) return Skip::kDuplicate;
  if (!maker_.at_work(device, fix.time_ms)) return Skip::kOutsideWorkingHours;
  if (!filter_.passes(device, fix)) return Skip::kTooNear;
  return {};
}

void Intake::add_fix(const Fix& fix, FixId id, const std::optional<Target>& target, DeviceCounts* counts) {
  if (was_taken(fix, id)) return;
  ledger_.read(counts);
  if (const auto reason = find_reason(fix, target)) return ledger_.skipped(counts, *reason);
  jobs_.push_back(maker_.make(record_, fix, id, *target, *counts));
}

bool Intake::was_taken(const Fix& fix, FixId id) {
  const DeviceIdentity& device = record_.head.identity;
  const bool done = catch_up_.was_done(id);
  if (!done) {
    if (!window_.claim(device, id, jobs_)) return false;
    ledger_.read(&ledger_.of(device));
  }
  recent_.insert(device, fix.time_ms, fix.record_hash);
  filter_.passes(device, fix);
  return true;
}

// It is counted as read already, and what became of it too, unless it was open: then it went through the
// filters, but what is known of its device may have changed.
void Intake::add_again(const Fix& fix, FixId id, const std::optional<Target>& target, DeviceCounts* counts) {
  if (target && fix.valid) recent_.insert(record_.head.identity, fix.time_ms, fix.record_hash);
  const auto open = open_before_.find(id);
  if (open == open_before_.end()) return;
  open_before_.erase(open);
  if (const auto reason = maker_.find_hindrance(target)) return ledger_.skipped(counts, *reason);
  filter_.passes(record_.head.identity, fix);
  jobs_.push_back(maker_.make(record_, fix, id, *target, *counts));
}

Standing Intake::standing() const {
  Standing now;
  now.done = window_.done_cursor();
  now.read = std::max(window_.read_cursor(), read_before_);
  window_.list_open(now.open);
  now.open.insert(now.open.end(), open_before_.begin(), open_before_.end());
  now.ahead.assign(catch_up_.all_done().begin(), catch_up_.all_done().end());
  now.totals = ledger_.totals();
  return now;
}

}  // namespace rastro::forward
