// When a simulated device has to send: what it kept during an outage at once, then a packet each interval,
// whether or not the ones before were acknowledged (an open loop), or each as soon as the last is
// acknowledged. Pure; one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rastro {

struct DuePacket {
  std::chrono::steady_clock::time_point due;
  std::size_t records = 0;
};

class PacketSchedule {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // The interval is zero for a closed loop. `backlog` are the records that wait at the start; a packet has
  // `records` at most.
  PacketSchedule(std::chrono::milliseconds interval, std::uint64_t backlog, std::size_t records)
      : interval_(interval), backlog_(backlog), records_(records) {}

  // The device begins here; with an interval its first packet is due one interval later.
  void begin(Time start) { last_due_ = start; }

  // The packet after the last one; what is due in the past is late by so much.
  DuePacket next(Time now);

  // Packets that were due before `end` and that next() was not asked for.
  std::uint64_t overdue(Time end) const;
  std::uint64_t backlog() const { return backlog_; }

 private:
  std::chrono::milliseconds interval_;
  std::uint64_t backlog_;
  std::size_t records_;
  Time last_due_;
};

}  // namespace rastro
