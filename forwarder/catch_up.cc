#include "forwarder/catch_up.h"

#include <algorithm>

namespace rastro::forward {

CatchUp::CatchUp(journal::Journal& journal, const JobMaker& maker, Rules rules, const Standing& standing,
                 Window& window, Ledger& ledger)
    : journal_(journal),
      maker_(maker),
      rules_(rules),
      window_(window),
      ledger_(ledger),
      reader_(journal.folder(), standing.read.position),
      read_before_(standing.read.position),
      done_(standing.ahead.begin(), standing.ahead.end()) {}

void CatchUp::advance(std::int64_t now_ms) {
  if (!rules_.latest_first) return;
  const auto oldest = window_.oldest_received_ms();
  if (oldest && now_ms - *oldest >= rules_.after.count() && now_ms >= next_round_ms_) {
    next_round_ms_ = now_ms + rules_.after.count();
    served_.clear();
    window_.begin_round();
    searching_ = true;
  }
  if (window_.in_round() || searching_) search();
}

// Goes on where it ended, as the journal grows while a target is away.
void CatchUp::search() {
  const std::uint64_t unread = std::max(window_.read_cursor().position, read_before_);
  if (reader_.position() < unread) reader_.seek(unread);
  for (int i = 0; i < kSlice; ++i) {
    const journal::ReadOutcome outcome = reader_.next(journal_.durable_position());
    if (outcome == journal::ReadOutcome::kRecord) {
      look_at(reader_.record());
    } else if (outcome != journal::ReadOutcome::kDamage) {
      searching_ = false;  // at the end, or where the intake will name the trouble
      return;
    }
  }
}

void CatchUp::look_at(const journal::RecordView& record) {
  if (!record_.decode(record.payload) || record_.messages.fixes.empty()) return;
  const DeviceIdentity& device = record_.head.identity;
  const Fix* newest = nullptr;
  for (const Fix& fix : record_.messages.fixes) {
    const bool counts = fix.valid && is_plausible(fix, record_.head.received_ms);
    if (counts && (newest == nullptr || fix.time_ms > newest->time_ms)) newest = &fix;
  }
  if (newest == nullptr || !window_.wants(device, newest->time_ms) || served_.contains(device)) return;
  const FixId id{record.begin.position, static_cast<std::uint32_t>(newest - record_.messages.fixes.data())};
  if (done_.size() + window_.ahead() >= kMaxAhead || done_.contains(id)) return;
  const auto target = maker_.find_target(device);
  if (maker_.find_hindrance(target) || !maker_.at_work(device, newest->time_ms)) return;
  DeviceCounts& counts = ledger_.of(device);
  if (newest->time_ms <= counts.newest_sent_ms) return;
  window_.offer_ahead(maker_.make(record_, *newest, id, *target, counts));
}

void CatchUp::done(const Job& job) {
  ledger_.read(job.counts);
  done_.insert(job.id);
  served_.insert(job.device);
}

}  // namespace rastro::forward
