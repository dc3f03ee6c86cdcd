// What has been read of the journal and is not done with: positions to send, in order for each device, and
// how far everything is done. Bounded by its user (full()). Pure; time is an argument; one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "forwarder/retry.h"
#include "pipeline/journal/cursor.h"
#include "schema/device_identity.h"

namespace rastro::forward {

// One position on its way. Stays where it is until done().
struct Job {
  DeviceIdentity device;
  std::uint64_t position = 0;  // in the journal, of the record that brought it
  std::int64_t received_ms = 0;
  std::string body;
  Attempts attempts = {};
  std::uint64_t record = 0;  // the window's own: which record it belongs to
};

class Window {
 public:
  // What is read ahead at most. Enough that one device that is held up leaves work for the others; small
  // beside everything else in memory.
  static constexpr std::size_t kMaxJobs = 8192;
  static constexpr std::size_t kMaxBytes = 8U << 20;

  explicit Window(journal::Cursor start) : done_(start) {}

  // The next record of the journal and what of it is to be sent; `jobs` is emptied.
  void add(journal::Cursor end, std::vector<Job>& jobs);
  bool full() const { return jobs_ >= kMaxJobs || bytes_ >= kMaxBytes; }

  // The next position whose device has none under way and whose time has come; null when there is none.
  // Devices take turns. Ends with retry() or done().
  Job* take(Time now);
  void retry(Job& job, Time when);
  // Delivered or set aside: the device's next one may go. Frees the job.
  void done(Job& job);

  // Everything before it is done with.
  journal::Cursor done_cursor() const { return done_; }
  std::size_t waiting() const { return jobs_ - under_way_; }
  std::size_t under_way() const { return under_way_; }
  bool ready(Time now) const { return !ready_.empty() || next_retry() <= now; }
  // When the first retry is due; Time::max() when there is none.
  Time next_retry() const { return delayed_.empty() ? Time::max() : delayed_.begin()->first; }

 private:
  struct Record {
    journal::Cursor end;
    std::size_t open = 0;  // jobs not done
  };
  using Queue = std::deque<Job>;

  journal::Cursor done_;
  std::deque<Record> records_;
  std::uint64_t first_record_ = 0;  // number of records_.front()
  std::unordered_map<DeviceIdentity, Queue> devices_;
  // Each device that has jobs and none under way stands in one of these two, once.
  std::deque<DeviceIdentity> ready_;
  std::multimap<Time, DeviceIdentity> delayed_;
  std::size_t jobs_ = 0;
  std::size_t bytes_ = 0;
  std::size_t under_way_ = 0;
};

}  // namespace rastro::forward
