#include "forwarder/window.h"

namespace rastro::forward {

void Window::add(journal::Cursor end, std::vector<Job>& jobs) {
  if (jobs.empty()) {
    // A record with nothing to send goes with the one before it, so that a long stretch of them takes no
    // memory behind one that waits.
    (records_.empty() ? done_ : records_.back().end) = end;
    return;
  }
  records_.push_back({end, jobs.size()});
  for (Job& job : jobs) {
    job.record = first_record_ + records_.size() - 1;
    ++jobs_;
    bytes_ += job.body.size();
    Queue& queue = devices_[job.device];
    if (queue.empty()) ready_.push_back(job.device);
    queue.push_back(std::move(job));
  }
  jobs.clear();
}

Job* Window::take(Time now) {
  while (next_retry() <= now) {
    ready_.push_back(delayed_.begin()->second);
    delayed_.erase(delayed_.begin());
  }
  if (ready_.empty()) return nullptr;
  Queue& queue = devices_.at(ready_.front());
  ready_.pop_front();
  ++under_way_;
  return &queue.front();
}

void Window::retry(Job& job, Time when) {
  --under_way_;
  delayed_.emplace(when, job.device);
}

void Window::done(Job& job) {
  --under_way_;
  --jobs_;
  bytes_ -= job.body.size();
  --records_[job.record - first_record_].open;
  while (!records_.empty() && records_.front().open == 0) {
    done_ = records_.front().end;
    records_.pop_front();
    ++first_record_;
  }
  const DeviceIdentity device = job.device;
  const auto found = devices_.find(device);
  found->second.pop_front();
  if (found->second.empty()) {
    devices_.erase(found);
  } else {
    ready_.push_back(device);
  }
}

}  // namespace rastro::forward
