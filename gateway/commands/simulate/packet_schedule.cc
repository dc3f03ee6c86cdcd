#include "gateway/commands/simulate/packet_schedule.h"

#include <algorithm>

namespace rastro {

DuePacket PacketSchedule::next(Time now) {
  if (backlog_ > 0) {
    const std::uint64_t records = std::min<std::uint64_t>(backlog_, records_);
    backlog_ -= records;
    return {now, static_cast<std::size_t>(records)};
  }
  if (interval_.count() == 0) return {now, records_};
  last_due_ += interval_;
  return {last_due_, records_};
}

std::uint64_t PacketSchedule::overdue(Time end) const {
  if (interval_.count() == 0 || end <= last_due_ + interval_) return 0;
  return static_cast<std::uint64_t>((end - last_due_ - std::chrono::nanoseconds(1)) / interval_);
}

}  // namespace rastro
