#include "gateway/consumers/catalogue_watch.h"

#include "gateway/clock.h"
#include "gateway/consumers/rest.h"
#include "gateway/log.h"
#include "gateway/this_thread.h"

namespace rastro {
namespace {

// A change wakes it; for what has to be written down, and for others' positions.
constexpr std::chrono::milliseconds kWaitForChange{2000};
constexpr std::chrono::milliseconds kRetry{1000};
constexpr std::chrono::minutes kMaintenance{60};
// So old is at most what this gateway tells of a device that another one hears, beside that one's batch.
constexpr std::chrono::seconds kLookAtOthers{2};
// Two gateways' clocks, and the time from a record's arrival to its row.
constexpr std::int64_t kOverlapMs = 30000;

// A fleet that comes for the first time changes the catalogue with every batch, and all of it is loaded each
// time.
constexpr Rest kAfterLoad{.shortest = std::chrono::milliseconds(0), .longest = std::chrono::seconds(5)};

}  // namespace

void CatalogueWatch::stop() {
  stop_.raise();
  if (thread_.joinable()) thread_.join();
}

std::string CatalogueWatch::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

postgis::Result<void> CatalogueWatch::load() {
  auto loaded = load_catalogue();
  const std::lock_guard lock(mutex_);
  trouble_ = loaded ? std::string() : loaded.error().sentence;
  return loaded;
}

postgis::Result<void> CatalogueWatch::load_catalogue() {
  auto devices = catalogue_.devices();
  if (!devices) return devices.error();
  auto clients = catalogue_.clients();
  if (!clients) return clients.error();
  for (const DeviceIdentity& identity : directory_.replace(std::move(*devices), std::move(*clients)))
    settings_changed_(identity);
  const auto keys = key_store_.list();
  if (!keys) return keys.error();
  keys_.replace(*keys);
  if (live_loaded_) return {};
  const auto fixes = catalogue_.last_fixes();
  if (!fixes) return fixes.error();
  for (const postgis::LastFixRow& fix : *fixes) {
    live_.offer(DeviceIdentity(fix.imei), {fix.time_ms, fix.latitude_deg, fix.longitude_deg}, now_ms());
  }
  heard_until_ms_ = now_ms();
  live_loaded_ = true;
  return {};
}

void CatalogueWatch::run() {
  name_this_thread("catalogue");
  bool changed = !trouble().empty() || !live_loaded_;
  while (!stop_.raised()) {
    const auto began = std::chrono::steady_clock::now();
    if (changed && !load()) {
      stop_.wait(kRetry);
      continue;
    }
    if (changed && stop_.wait(rest_after(std::chrono::steady_clock::now() - began, kAfterLoad))) break;
    keep_house();
    const auto waited = catalogue_.wait_for_change(kWaitForChange, stop_.descriptor());
    changed = !waited || *waited;
    if (!waited) stop_.wait(kRetry);
  }
}

// A device that is not entered yet is noted again once it is.
void CatalogueWatch::remember_learnt() {
  for (const auto& [identity, learnt] : learnt_.take()) {
    const auto device = directory_.find(identity);
    const bool kept = device && (device->learnt == learnt_texts(learnt) ||
                                 catalogue_.set_device_learnt(device->imei, learnt_texts(learnt)));
    if (!kept) learnt_.note_again(identity, learnt);
  }
}

void CatalogueWatch::follow_others() {
  if (!live_loaded_ || std::chrono::steady_clock::now() < next_look_at_others_) return;
  next_look_at_others_ = std::chrono::steady_clock::now() + kLookAtOthers;
  const std::int64_t now = now_ms();
  const auto fixes = catalogue_.last_fixes_since(heard_until_ms_ - kOverlapMs, gateway_);
  if (!fixes) return;  // the wait for a change says what is wrong
  for (const postgis::LastFixRow& fix : *fixes)
    live_.offer(DeviceIdentity(fix.imei), {fix.time_ms, fix.latitude_deg, fix.longitude_deg}, now);
  heard_until_ms_ = now;
}

void CatalogueWatch::keep_house() {
  remember_learnt();
  follow_others();
  key_store_.mark_used(keys_.take_used());
  const auto now = std::chrono::steady_clock::now();
  if (now < next_maintenance_) return;
  const auto maintained = catalogue_.maintain_partitions();
  if (!maintained) spdlog::warn("partitions were not looked after: {}", maintained.error().sentence);
  next_maintenance_ = now + (maintained && *maintained ? kMaintenance : std::chrono::minutes(1));
}

}  // namespace rastro
