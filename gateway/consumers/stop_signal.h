// How the consumers' threads are told to end: a flag that a thread sleeps on, alone, together with a socket
// (descriptor()), or with the journal (token()). Any thread.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <system_error>

namespace rastro {

class StopSignal {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Throws std::system_error when the system has no file descriptor left.
  StopSignal() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  ~StopSignal() { ::close(descriptor_); }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  // What waits may still be done until then. Of several calls the first counts.
  void raise(Time until = Time::min()) {
    {
      const std::lock_guard lock(mutex_);
      if (source_.stop_requested()) return;
      until_ = until;
      source_.request_stop();
    }
    changed_.notify_all();
    ::eventfd_write(descriptor_, 1);
  }
  bool raised() const { return source_.stop_requested(); }
  // REQUIRES: raised().
  bool time_is_over() const {
    const std::lock_guard lock(mutex_);
    return std::chrono::steady_clock::now() >= until_;
  }
  // True when it was raised meanwhile.
  bool wait(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [&] { return raised(); });
  }
  // Can be read once it is raised.
  int descriptor() const { return descriptor_; }
  std::stop_token token() const { return source_.get_token(); }

 private:
  const int descriptor_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::stop_source source_;
  Time until_ = Time::min();  // protected by mutex_
};

}  // namespace rastro
