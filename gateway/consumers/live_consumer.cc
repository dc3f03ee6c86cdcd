#include "gateway/consumers/live_consumer.h"

#include <cmath>

#include "gateway/devices/jump.h"
#include "gateway/this_thread.h"

namespace rastro {
namespace {

// A record wakes it, and so does the end.
constexpr std::chrono::milliseconds kWait{60000};
constexpr std::chrono::milliseconds kRetry{200};
// Then it takes what came meanwhile at once: nobody looks at a map more often.
constexpr std::chrono::milliseconds kPace{20};

}  // namespace

void LiveConsumer::stop() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

void LiveConsumer::run() {
  name_this_thread("live");
  step_back_before_devices();
  while (!stop_.raised()) {
    const journal::RecordView* next = consumer_.next(kWait, stop_.token());
    if (next == nullptr) {
      if (!consumer_.status().ok()) stop_.wait(kRetry);
      continue;
    }
    do {
      take(*next);
      next = consumer_.next(std::chrono::milliseconds(0));
    } while (next != nullptr && !stop_.raised());
    stop_.wait(kPace);
  }
}

void LiveConsumer::take(const journal::RecordView& record) {
  if (record_.decode(record.payload, Parts::kWithoutAttributes)) {
    for (const Fix& fix : record_.messages.fixes) {
      if (fix.valid) take(record_.head, fix);
    }
  }
  consumer_.commit(record.end);
}

void LiveConsumer::take(const RecordHead& head, const Fix& fix) {
  const LivePosition now{fix.time_ms, fix.latitude_deg, fix.longitude_deg};
  const auto before = live_.offer(head.identity, now, head.received_ms);
  if (!before || head.received_ms < started_ms_) return;
  const Jump jump = jump_between(*before, now);
  if (!is_impossible(jump, max_speed_kmh_)) return;
  const auto round = [](double value) { return std::to_string(std::llround(value)); };
  raise_identity_alarm(
      alarms_, {IdentityAlarm::kImpossibleJump, head.identity, head.received_ms,
                "\"distance_m\":" + round(jump.distance_m) + ",\"speed_kmh\":" + round(jump.speed_kmh) +
                    ",\"seconds\":" + std::to_string((now.time_ms - before->time_ms) / 1000)});
}

}  // namespace rastro
