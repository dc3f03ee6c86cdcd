#include "gateway/service/supervisor.h"

#include <csignal>

#include "gateway/log.h"
#include "gateway/service/allocator.h"

namespace rastro {
namespace {

// How often the status is told when the manager has no watchdog.
constexpr std::chrono::seconds kStatusInterval{10};
constexpr std::chrono::seconds kTidyInterval{30};

}  // namespace

Supervisor::Supervisor(const ServiceManager& manager) : manager_(manager) {}

int Supervisor::run(Watch watch) {
  watch_ = std::move(watch);
  manager_.ready(watch_.status());
  hear();
  if (manager_.listens()) look();
  tidy();
  io_.run();
  return ended_by_;
}

void Supervisor::hear() {
  signals_.async_wait([this](error_code error, int signal) {
    if (error) return;
    if (signal != SIGHUP) {
      ended_by_ = signal;
      return io_.stop();
    }
    manager_.reloading();
    watch_.reload();
    manager_.ready(watch_.status());
    hear();
  });
}

// A third of the watchdog's time: one look may come late.
void Supervisor::look() {
  const std::string hanging = watch_.find_hanging();
  if (hanging.empty()) {
    manager_.alive();
    manager_.status(watch_.status());
  } else {
    spdlog::error("{}; the service manager is not told that all is well", hanging);
    manager_.status(hanging);
  }
  const std::chrono::microseconds interval = kStatusInterval;
  next_look_.expires_after(manager_.watchdog() ? std::min(interval, *manager_.watchdog() / 3) : interval);
  next_look_.async_wait([this](error_code error) {
    if (!error) look();
  });
}

void Supervisor::tidy() {
  return_free_pages();
  next_tidy_.expires_after(kTidyInterval);
  next_tidy_.async_wait([this](error_code error) {
    if (!error) tidy();
  });
}

}  // namespace rastro
