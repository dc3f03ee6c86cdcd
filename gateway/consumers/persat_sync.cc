#include "gateway/consumers/persat_sync.h"
#include "gateway/this_thread.h"

#include <algorithm>

namespace rastro {
namespace {

constexpr std::chrono::seconds kRetry{30};
// How often events are looked for that were put off, or that another gateway took in.
constexpr std::chrono::seconds kLook{5};
// Of an event that cannot be applied yet: ten seconds, twenty, …, an hour at most.
constexpr std::chrono::seconds kFirstDelay{10};
constexpr std::chrono::seconds kLongestDelay{3600};
constexpr int kMostDoublings = 9;

std::chrono::seconds delay_after(int attempts) {
  return std::min(kLongestDelay, kFirstDelay * (1 << std::min(attempts, kMostDoublings)));
}

}  // namespace

PersatSync::PersatSync(const CatalogueOptions& options, std::chrono::minutes interval,
                       prometheus::Registry& registry)
    : interval_(interval),
      metrics_(registry),
      catalogue_(options, metrics_),
      apply_(catalogue_, options.database_url),
      events_(options.database_url) {}

void PersatSync::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void PersatSync::ask_for_pull() {
  {
    const std::lock_guard lock(mutex_);
    pull_asked_ = true;
  }
  changed_.notify_all();
}

void PersatSync::event_came() {
  {
    const std::lock_guard lock(mutex_);
    event_waiting_ = true;
  }
  changed_.notify_all();
}

bool PersatSync::pulling() const {
  const std::lock_guard lock(mutex_);
  return pulling_;
}

bool PersatSync::wait_for_work(Time next_pull) {
  std::unique_lock lock(mutex_);
  const Time until = std::min(next_pull, std::chrono::steady_clock::now() + kLook);
  changed_.wait_until(lock, until, [&] { return stopped_ || pull_asked_ || event_waiting_; });
  pulling_ = !stopped_ && (pull_asked_ || std::chrono::steady_clock::now() >= next_pull);
  pull_asked_ = pull_asked_ && !pulling_;
  return pulling_;
}

void PersatSync::run() {
  name_this_thread("persat");
  Time next_pull = std::chrono::steady_clock::now();
  while (true) {
    if (wait_for_work(next_pull)) {
      const bool done = pull();
      const std::lock_guard lock(mutex_);
      pulling_ = false;
      next_pull =
          std::chrono::steady_clock::now() +
          (done ? std::chrono::seconds(interval_) : std::min(kRetry, std::chrono::seconds(interval_)));
    }
    if (!apply_events()) return;
  }
}

bool PersatSync::pull() {
  const bool devices = !catalogue_.pull_devices();
  const bool clients = !catalogue_.pull_clients([this](std::uint64_t) { return between_pages(); });
  return devices && clients;
}

// Events do not wait for the end of a pull, which takes minutes at Persat's pace.
bool PersatSync::between_pages() {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return false;
    if (!event_waiting_) return true;
  }
  return apply_events();
}

// False when the gateway ends.
bool PersatSync::apply_events() {
  {
    const std::lock_guard lock(mutex_);
    event_waiting_ = false;
  }
  bool applied_any = false;
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return false;
    }
    const auto event = events_.next();
    if (!event || !*event) break;
    const EventOutcome outcome = apply_.apply(**event);
    const auto noted = outcome.end
                           ? events_.end((*event)->id, *outcome.end, outcome.reason)
                           : events_.try_again((*event)->id, outcome.reason, delay_after((*event)->attempts));
    if (!noted) break;
    if (!outcome.end) {
      metrics_.events_retried.Increment();
    } else if (*outcome.end == postgis::EventEnd::kApplied) {
      metrics_.events_applied.Increment();
      applied_any = true;
    } else if (*outcome.end == postgis::EventEnd::kUnknown) {
      metrics_.events_unknown.Increment();
    } else {
      metrics_.events_failed.Increment();
    }
    std::uint64_t held_back = 0;
    if (!outcome.reason.empty() && log_limit_.pass(held_back))
      spdlog::warn("event {} of Persat's ({}): {}", (*event)->id, (*event)->type, outcome.reason);
  }
  if (applied_any) catalogue_.count();
  return true;
}

}  // namespace rastro
