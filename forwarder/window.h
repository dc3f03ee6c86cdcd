// What has been read of the journal and is not done with: positions to send, in order for each device and in
// batches of several, and how far everything is done. Bounded by its user (full()). Pure; time is an
// argument; one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "forwarder/job.h"
#include "pipeline/journal/cursor.h"

namespace rastro::forward {

// Positions that go in one request. Those of one device stand together and in its order.
using Jobs = std::vector<Job*>;

class Window {
 public:
  // What is read ahead at most. Enough that one device that is held up leaves work for the others; small
  // beside everything else in memory.
  static constexpr std::size_t kMaxJobs = 8192;
  static constexpr std::size_t kMaxBytes = 8U << 20;  // of attributes

  explicit Window(journal::Cursor start) : read_(start) {}

  // The next record of the journal and what of it is to be sent; `jobs` is emptied.
  void add(journal::Cursor end, std::vector<Job>& jobs);
  // One of no record that is read: it holds no cursor back.
  void add_loose(Job job);
  bool full() const { return jobs_ - ahead_ >= kMaxJobs || bytes_ >= kMaxBytes; }

  // From now on the newest position of each device goes before the others, alone of its device, until it is
  // done: the newest that stands here, or a newer one that is offered.
  void begin_round();
  bool in_round() const { return newest_first_ > 0; }
  // Whether an offered position of that time would be the newest.
  bool wants(const DeviceIdentity& device, std::int64_t time_ms) const;
  // One of a record that is not read yet; takes the place of one offered before that is not under way.
  void offer_ahead(Job job);
  // The record of one that was offered is read now, and add() comes next: it is the record's from now on, and
  // goes into `jobs` unless it is under way. False when it was not offered, or replaced.
  bool claim(const DeviceIdentity& device, const FixId& id, std::vector<Job>& jobs);
  std::size_t ahead() const { return ahead_; }

  // Up to `most` positions of devices that have nothing under way and whose time has come; replaces `batch`,
  // empty when there is none. Devices take turns. Ends, as it was taken, with retry() or done().
  void take(Time now, std::size_t most, Jobs& batch);
  // A refused batch: its positions go again, in batches of half the size.
  void split(const Jobs& batch);
  void retry(const Jobs& batch, Time when);
  // Delivered or set aside: the devices' next ones may go. Frees the jobs.
  void done(const Jobs& batch);

  // Everything before it is done with.
  journal::Cursor done_cursor() const { return records_.empty() ? read_ : records_.begin()->second.begin; }
  // Everything before it is done with or stands here.
  journal::Cursor read_cursor() const { return read_; }
  // Of those that came with a record and are not done.
  void list_open(std::vector<FixId>& ids) const;
  // When the oldest record that is not done with was received; nothing when there is none.
  std::optional<std::int64_t> oldest_received_ms() const {
    return records_.empty() ? std::nullopt : std::optional(records_.begin()->second.received_ms);
  }
  std::size_t waiting() const { return jobs_ - under_way_; }
  std::size_t under_way() const { return under_way_; }
  bool ready(Time now) const { return !ready_.empty() || next_retry() <= now; }
  // When the first retry is due; Time::max() when there is none.
  Time next_retry() const { return delayed_.empty() ? Time::max() : delayed_.begin()->first; }

 private:
  struct Record {
    journal::Cursor begin;
    std::size_t open = 0;  // jobs not done
    std::int64_t received_ms = 0;
  };
  struct Lane {
    std::deque<Job> jobs;
    std::optional<Job> ahead;  // newer than all jobs
    std::size_t first = 0;     // where those under way begin
    std::size_t under_way = 0;
    bool newest_first = false;
    bool newest_under_way = false;
    bool ahead_under_way = false;
    std::int64_t newest_ms = std::numeric_limits<std::int64_t>::min();  // that it ever had
  };

  void queue(Job job);
  Lane& lane_of(const DeviceIdentity& device);
  void take_from(Lane& lane, std::size_t& most, Jobs& batch);
  void end_round(Lane& lane);
  static std::optional<std::size_t> find_newest(const Lane& lane);
  // Calls visit(device) once for each device of a batch, and ends its being under way.
  template <typename Visit>
  void release(const Jobs& batch, Visit visit);

  journal::Cursor read_;
  std::map<std::uint64_t, Record> records_;  // those with open jobs, by where they begin
  std::unordered_map<DeviceIdentity, Lane> lanes_;
  // Each device that has jobs and none under way stands in one of these two, once.
  std::deque<DeviceIdentity> ready_;
  std::multimap<Time, DeviceIdentity> delayed_;
  std::size_t jobs_ = 0;
  std::size_t bytes_ = 0;
  std::size_t under_way_ = 0;
  std::size_t newest_first_ = 0;  // lanes
  std::size_t ahead_ = 0;         // of jobs_, those of records that are not read
  std::size_t claimed_ = 0;       // under way, of the record that add() brings next
  std::int64_t claimed_received_ms_ = 0;
};

}  // namespace rastro::forward
