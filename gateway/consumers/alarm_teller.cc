#include "gateway/consumers/alarm_teller.h"

#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/this_thread.h"

namespace rastro {
namespace {

constexpr std::chrono::milliseconds kPace{1000};
// A device that nobody knew is in the database a moment after its first record. One that is not by then sends
// none, and has no event.
constexpr std::int64_t kPatienceMs = 60LL * 1000;

}  // namespace

void AlarmTeller::stop() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

void AlarmTeller::run() {
  name_this_thread("alarms");
  do tell();
  while (!stop_.wait(kPace));
}

void AlarmTeller::tell() {
  static LogLimit limit(std::chrono::seconds(60));
  std::vector<IdentityAlarms::Raised> later;
  bool away = false;
  for (IdentityAlarms::Raised& alarm : alarms_.take()) {
    bool told = false;
    if (!away) {
      const auto noted = store_.note(alarm.device, identity_alarm_name(alarm.kind), alarm.at_ms, alarm.data);
      if (std::uint64_t held = 0; !noted && limit.pass(held))
        spdlog::warn("alarms of devices are not told: {}", noted.error().sentence);
      away = !noted;
      told = noted && (*noted || now_ms() - alarm.at_ms > kPatienceMs);
    }
    if (!told) later.push_back(std::move(alarm));
  }
  if (!later.empty()) alarms_.put_back(std::move(later));
}

}  // namespace rastro
