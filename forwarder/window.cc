#include "forwarder/window.h"

#include <algorithm>
#include <limits>

namespace rastro::forward {
namespace {

constexpr std::uint64_t kNoRecord = std::numeric_limits<std::uint64_t>::max();

}  // namespace

void Window::add(journal::Cursor end, std::vector<Job>& jobs) {
  if (!jobs.empty()) records_[read_.position] = {read_, jobs.size()};
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

void Window::queue(Job job) {
  ++jobs_;
  bytes_ += job.attributes.size();
  const DeviceIdentity device = job.device;
  Lane& lane = lanes_[device];
  if (lane.jobs.empty()) ready_.push_back(device);
  lane.jobs.push_back(std::move(job));
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
    for (Job& job : lane.jobs) {
      const std::size_t limit = std::min(most, job.batch_limit);
      if (batch.size() >= limit) break;
      most = limit;
      batch.push_back(&job);
      ++lane.under_way;
    }
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
    visit(device, lane, lane.under_way);
  }
}

void Window::split(const Jobs& batch) {
  for (Job* job : batch) job->batch_limit = std::max<std::size_t>(1, batch.size() / 2);
  release(batch, [this](const DeviceIdentity& device, Lane& lane, std::size_t) {
    lane.under_way = 0;
    ready_.push_back(device);
  });
}

void Window::retry(const Jobs& batch, Time when) {
  release(batch, [&](const DeviceIdentity& device, Lane& lane, std::size_t) {
    lane.under_way = 0;
    delayed_.emplace(when, device);
  });
}

void Window::done(const Jobs& batch) {
  jobs_ -= batch.size();
  for (const Job* job : batch) {
    bytes_ -= job->attributes.size();
    if (job->record == kNoRecord) continue;
    const auto record = records_.find(job->record);
    if (--record->second.open == 0) records_.erase(record);
  }
  release(batch, [this](const DeviceIdentity& device, Lane& lane, std::size_t count) {
    lane.jobs.erase(lane.jobs.begin(), lane.jobs.begin() + static_cast<std::ptrdiff_t>(count));
    lane.under_way = 0;
    if (lane.jobs.empty()) {
      lanes_.erase(device);
    } else {
      ready_.push_back(device);
    }
  });
}

void Window::list_open(std::vector<FixId>& ids) const {
  ids.clear();
  for (const auto& [device, lane] : lanes_) {
    for (const Job& job : lane.jobs) {
      if (job.record != kNoRecord) ids.push_back(job.id);
    }
  }
}

}  // namespace rastro::forward
