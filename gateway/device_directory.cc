#include "gateway/device_directory.h"

#include <algorithm>
#include <mutex>

namespace rastro {

void DeviceDirectory::replace(std::vector<postgis::DeviceRow> devices) {
  auto next = std::make_shared<Snapshot>();
  for (postgis::DeviceRow& row : devices) {
    Device device(std::move(row));
    next->by_identity.emplace(device.identity, device.id);
    next->by_id.emplace(device.id, std::move(device));
  }
  const std::unique_lock lock(mutex_);
  snapshot_ = std::move(next);
}

std::shared_ptr<const DeviceDirectory::Snapshot> DeviceDirectory::snapshot() const {
  const std::shared_lock lock(mutex_);
  return snapshot_;
}

bool DeviceDirectory::loaded() const { return snapshot() != nullptr; }

std::optional<Device> DeviceDirectory::find(const DeviceIdentity& identity) const {
  const auto now = snapshot();
  if (!now) return {};
  const auto found = now->by_identity.find(identity);
  if (found == now->by_identity.end()) return {};
  return now->by_id.at(found->second);
}

std::optional<Device> DeviceDirectory::find(std::int64_t id) const {
  const auto now = snapshot();
  if (!now) return {};
  const auto found = now->by_id.find(id);
  return found == now->by_id.end() ? std::nullopt : std::optional(found->second);
}

std::optional<DeviceStatus> DeviceDirectory::status(const DeviceIdentity& identity) const {
  const auto now = snapshot();
  if (!now) return {};
  const auto found = now->by_identity.find(identity);
  if (found == now->by_identity.end()) return {};
  return now->by_id.at(found->second).status;
}

std::vector<Device> DeviceDirectory::all() const {
  std::vector<Device> devices;
  if (const auto now = snapshot()) {
    for (const auto& [id, device] : now->by_id) devices.push_back(device);
  }
  return devices;
}

std::size_t DeviceDirectory::count(DeviceStatus status) const {
  const auto now = snapshot();
  if (!now) return 0;
  return static_cast<std::size_t>(
      std::ranges::count_if(now->by_id, [&](const auto& entry) { return entry.second.status == status; }));
}

DeviceSettings DeviceDirectory::settings_of(const DeviceIdentity&, const DeviceSettings& of_listener) const {
  return of_listener;
}

std::string DeviceDirectory::place_name(double, double) const { return {}; }

}  // namespace rastro
