#include "gateway/devices/identity_alarms.h"

#include <iterator>
#include <utility>

#include "gateway/clock.h"
#include "gateway/log.h"
#include "schema/json.h"

namespace rastro {
namespace {

constexpr std::int64_t kOneAlarmMs = 3600LL * 1000;
// Devices that are remembered as having alarmed. More at once is an attack, or a mistake in the
// configuration: then further ones are counted and not told.
constexpr std::size_t kMaxDevices = 16384;
constexpr std::size_t kMaxWaiting = 4096;
// Looking through all of them at each alarm would be the attack's work done for it.
constexpr std::int64_t kLookPauseMs = 60LL * 1000;

}  // namespace

std::string_view identity_alarm_name(IdentityAlarm kind) {
  static constexpr std::array<std::string_view, kIdentityAlarmCount> kNames = {
      "two_connections", "impossible_jump", "foreign_network"};
  return kNames[static_cast<std::size_t>(kind)];
}

IdentityAlarms::IdentityAlarms(prometheus::Registry& registry) {
  auto& family = prometheus::BuildCounter()
                     .Name("rastro_identity_alarms_total")
                     .Help("What makes a device's identity doubtful; of a device and kind once an hour.")
                     .Register(registry);
  for (std::size_t i = 0; i < kIdentityAlarmCount; ++i) {
    const std::string kind(identity_alarm_name(static_cast<IdentityAlarm>(i)));
    counters_[i] = &family.Add({{"kind", kind}});
  }
}

bool IdentityAlarms::raise(Raised alarm) {
  const auto kind = static_cast<std::size_t>(alarm.kind);
  const std::lock_guard lock(mutex_);
  Known& known = known_[kind];
  const auto last = known.find(alarm.device);
  if (last != known.end() && alarm.at_ms - last->second < kOneAlarmMs) return false;
  counters_[kind]->Increment();
  if (last == known.end() && known.size() >= kMaxDevices) {
    if (alarm.at_ms < next_look_ms_[kind]) return false;
    next_look_ms_[kind] = alarm.at_ms + kLookPauseMs;
    std::erase_if(known, [&](const auto& entry) { return alarm.at_ms - entry.second >= kOneAlarmMs; });
    if (known.size() >= kMaxDevices) return false;
  }
  known.insert_or_assign(alarm.device, alarm.at_ms);
  if (waiting_.size() < kMaxWaiting) waiting_.push_back(std::move(alarm));
  return true;
}

std::vector<IdentityAlarms::Raised> IdentityAlarms::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

void IdentityAlarms::put_back(std::vector<Raised> alarms) {
  const std::lock_guard lock(mutex_);
  alarms.insert(alarms.end(), std::make_move_iterator(waiting_.begin()),
                std::make_move_iterator(waiting_.end()));
  if (alarms.size() > kMaxWaiting) alarms.resize(kMaxWaiting);
  waiting_ = std::move(alarms);
}

void raise_identity_alarm(IdentityAlarms& alarms, IdentityAlarm kind, const DeviceIdentity& device,
                          std::string_view peer) {
  std::string data = "\"address\":";
  append_json_string(peer, data);
  raise_identity_alarm(alarms, {kind, device, now_ms(), std::move(data)});
}

void raise_identity_alarm(IdentityAlarms& alarms, IdentityAlarms::Raised alarm) {
  static LogLimit limit(std::chrono::seconds(10));
  const DeviceIdentity device = alarm.device;
  const std::string_view kind = identity_alarm_name(alarm.kind);
  const std::string data = alarm.data;
  if (!alarms.raise(std::move(alarm))) return;
  if (std::uint64_t held = 0; limit.pass(held))
    spdlog::warn("alarm {} of device {}: {{{}}} ({} more alarms since the last line)", kind, device.view(),
                 data, held);
}

}  // namespace rastro
