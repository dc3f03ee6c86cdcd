#include "forwarder/window.h"

#include <algorithm>
#include <utility>

#include "forwarder/progress.h"

namespace rastro::forward {
namespace {

constexpr std::uint64_t kNoRecord = std::numeric_limits<std::uint64_t>::max();

}  // namespace

void Window::add(journal::Cursor end, std::vector<Job>& jobs) {
  const std::size_t open = jobs.size() + std::exchange(claimed_, 0);
  if (open > 0) {
    const std::int64_t received_ms = jobs.empty() ? claimed_received_ms_ : jobs.front().received_ms;
    records_[read_.position] = {read_, open, received_ms};
  }
  for (Job& job : jobs) {
    job.record = read_.position;
    queue(std::move(job));
  }
  jobs.clear();
  read_ = end;
}

void Window::add_loose(Job job) {
  job.record = kNoRecord;
  queue(std::move(job));
}

Window::Lane& Window::lane_of(const DeviceIdentity& device) {
  const auto [entry, added] = lanes_.try_emplace(device);
  if (added) ready_.push_back(device);
  return entry->second;
}

void Window::queue(Job job) {
  ++jobs_;
  bytes_ += job.attributes.size();
  Lane& lane = lane_of(job.device);
  if (is_plausible(job.fix, job.received_ms)) lane.newest_ms = std::max(lane.newest_ms, job.fix.time_ms);
  lane.jobs.push_back(std::move(job));
}

void Window::begin_round() {
  for (auto& [device, lane] : lanes_) {
    if (!std::exchange(lane.newest_first, true)) ++newest_first_;
  }
}

void Window::end_round(Lane& lane) {
  if (std::exchange(lane.newest_first, false)) --newest_first_;
}

bool Window::wants(const DeviceIdentity& device, std::int64_t time_ms) const {
  const auto lane = lanes_.find(device);
  if (lane == lanes_.end()) return true;
  const bool is_free = !lane->second.ahead || lane->second.ahead->ahead;
  return lane->second.newest_first && !lane->second.newest_under_way && is_free &&
         time_ms > lane->second.newest_ms;
}

void Window::offer_ahead(Job job) {
  if (!wants(job.device, job.fix.time_ms)) return;
  Lane& lane = lane_of(job.device);
  if (!std::exchange(lane.newest_first, true)) ++newest_first_;
  if (lane.ahead) {
    bytes_ -= lane.ahead->attributes.size();
  } else {
    ++jobs_;
    ++ahead_;
  }
  job.ahead = true;
  job.record = kNoRecord;
  bytes_ += job.attributes.size();
  lane.newest_ms = job.fix.time_ms;
  lane.ahead = std::move(job);
}

bool Window::claim(const DeviceIdentity& device, const FixId& id, std::vector<Job>& jobs) {
  const auto found = lanes_.find(device);
  if (found == lanes_.end()) return false;
  Lane& lane = found->second;
  if (!lane.ahead || lane.ahead->id != id) return false;
  --ahead_;
  lane.ahead->ahead = false;
  if (lane.ahead_under_way) {
    lane.ahead->record = read_.position;
    claimed_received_ms_ = lane.ahead->received_ms;
    ++claimed_;
    return true;
  }
  --jobs_;
  bytes_ -= lane.ahead->attributes.size();
  jobs.push_back(*std::move(lane.ahead));
  lane.ahead.reset();
  return true;
}

// Nothing when what was sent is newer than all that stands here.
std::optional<std::size_t> Window::find_newest(const Lane& lane) {
  std::optional<std::size_t> newest;
  for (std::size_t i = 0; i < lane.jobs.size(); ++i) {
    const Job& job = lane.jobs[i];
    if (!is_plausible(job.fix, job.received_ms)) continue;
    if (job.counts != nullptr && job.fix.time_ms <= job.counts->newest_sent_ms) continue;
    if (!newest || job.fix.time_ms > lane.jobs[*newest].fix.time_ms) newest = i;
  }
  return newest;
}

void Window::take_from(Lane& lane, std::size_t& most, Jobs& batch) {
  const auto take_one = [&](Job& job) {
    const std::size_t limit = std::min(most, job.batch_limit);
    if (batch.size() >= limit) return false;
    most = limit;
    batch.push_back(&job);
    ++lane.under_way;
    return true;
  };
  lane.first = 0;
  if (lane.newest_first && !lane.ahead) {
    const auto newest = find_newest(lane);
    newest ? void(lane.first = *newest) : end_round(lane);
  }
  if (lane.newest_first) {
    lane.newest_under_way = take_one(lane.ahead ? *lane.ahead : lane.jobs[lane.first]);
    lane.ahead_under_way = lane.newest_under_way && lane.ahead;
    return;
  }
  for (Job& job : lane.jobs) {
    if (!take_one(job)) break;
  }
}

void Window::take(Time now, std::size_t most, Jobs& batch) {
  batch.clear();
  while (next_retry() <= now) {
    ready_.push_back(delayed_.begin()->second);
    delayed_.erase(delayed_.begin());
  }
  for (std::size_t left = ready_.size(); left > 0 && batch.size() < most; --left) {
    const DeviceIdentity device = ready_.front();
    ready_.pop_front();
    Lane& lane = lanes_.at(device);
    take_from(lane, most, batch);
    if (lane.under_way == 0) ready_.push_back(device);  // too choosy for this batch
    under_way_ += lane.under_way;
  }
}

template <typename Visit>
void Window::release(const Jobs& batch, Visit visit) {
  under_way_ -= batch.size();
  for (std::size_t i = 0; i < batch.size();) {
    const DeviceIdentity device = batch[i]->device;
    Lane& lane = lanes_.at(device);
    i += lane.under_way;
    visit(device, lane);
    if (lane.jobs.empty() && !lane.ahead) {
      end_round(lane);
      lanes_.erase(device);
      continue;
    }
    lane.under_way = 0;
    lane.newest_under_way = lane.ahead_under_way = false;
  }
}

void Window::split(const Jobs& batch) {
  for (Job* job : batch) job->batch_limit = std::max<std::size_t>(1, batch.size() / 2);
  release(batch, [this](const DeviceIdentity& device, Lane&) { ready_.push_back(device); });
}

void Window::retry(const Jobs& batch, Time when) {
  release(batch, [&](const DeviceIdentity& device, Lane&) { delayed_.emplace(when, device); });
}

void Window::done(const Jobs& batch) {
  jobs_ -= batch.size();
  for (const Job* job : batch) {
    bytes_ -= job->attributes.size();
    if (job->ahead) --ahead_;
    if (job->record == kNoRecord) continue;
    const auto record = records_.find(job->record);
    if (--record->second.open == 0) records_.erase(record);
  }
  release(batch, [this](const DeviceIdentity& device, Lane& lane) {
    if (lane.newest_under_way) end_round(lane);
    if (lane.ahead_under_way) {
      lane.ahead.reset();
    } else {
      const auto first = lane.jobs.begin() + static_cast<std::ptrdiff_t>(lane.first);
      lane.jobs.erase(first, first + static_cast<std::ptrdiff_t>(lane.under_way));
    }
    if (!lane.jobs.empty() || lane.ahead) ready_.push_back(device);
  });
}

void Window::list_open(std::vector<FixId>& ids) const {
  ids.clear();
  for (const auto& [device, lane] : lanes_) {
    for (const Job& job : lane.jobs) {
      if (job.record != kNoRecord) ids.push_back(job.id);
    }
    if (lane.ahead && lane.ahead->record != kNoRecord) ids.push_back(lane.ahead->id);
  }
}

}  // namespace rastro::forward
