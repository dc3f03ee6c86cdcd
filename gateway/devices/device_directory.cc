#include "gateway/devices/device_directory.h"

#include <algorithm>
#include <mutex>

#include "gateway/devices/device_settings_text.h"
#include "gateway/devices/learnt_notes.h"

namespace rastro {

DeviceSettings Device::settings_over(const DeviceSettings& of_listener) const {
  DeviceSettings own = of_listener;
  // A value that this program does not understand, entered past it, is as good as none.
  for (const auto& [key, value] : settings) set_device_setting(own, key, value);
  own.learnt_clock = learnt_clock(learnt);
  return own;
}

const Device* DeviceDirectory::Snapshot::find(const DeviceIdentity& identity) const {
  const auto found = by_identity.find(identity);
  return found == by_identity.end() ? nullptr : &devices[found->second];
}

const Device* DeviceDirectory::Snapshot::find(std::int64_t id) const {
  const auto found = std::ranges::lower_bound(devices, id, {}, &Device::id);
  return found == devices.end() || found->id != id ? nullptr : &*found;
}

std::vector<DeviceIdentity> DeviceDirectory::replace(std::vector<postgis::DeviceRow> devices,
                                                     std::vector<postgis::ClientRow> clients) {
  auto next = std::make_shared<Snapshot>();
  next->places = Places(std::move(clients));
  next->devices.reserve(devices.size());
  next->by_identity.reserve(devices.size());
  for (postgis::DeviceRow& row : devices) {
    const auto place = static_cast<std::uint32_t>(next->devices.size());
    next->by_identity.emplace(next->devices.emplace_back(std::move(row)).identity, place);
  }
  std::vector<DeviceIdentity> changed;
  if (const auto before = snapshot()) {
    for (const Device& device : next->devices) {
      const Device* known = before->find(device.identity);
      if (device.settings != (known != nullptr ? known->settings : postgis::NamedTexts()))
        changed.push_back(device.identity);
    }
  }
  const std::unique_lock lock(mutex_);
  snapshot_ = std::move(next);
  return changed;
}

std::shared_ptr<const DeviceDirectory::Snapshot> DeviceDirectory::snapshot() const {
  const std::shared_lock lock(mutex_);
  return snapshot_;
}

bool DeviceDirectory::loaded() const { return snapshot() != nullptr; }

std::optional<Device> DeviceDirectory::find(const DeviceIdentity& identity) const {
  const auto now = snapshot();
  const Device* found = now ? now->find(identity) : nullptr;
  return found == nullptr ? std::nullopt : std::optional(*found);
}

std::optional<Device> DeviceDirectory::find(std::int64_t id) const {
  const auto now = snapshot();
  const Device* found = now ? now->find(id) : nullptr;
  return found == nullptr ? std::nullopt : std::optional(*found);
}

std::optional<DeviceStatus> DeviceDirectory::status(const DeviceIdentity& identity) const {
  const auto now = snapshot();
  const Device* found = now ? now->find(identity) : nullptr;
  return found == nullptr ? std::nullopt : std::optional(found->status);
}

std::vector<Device> DeviceDirectory::all() const {
  std::vector<Device> devices;
  for_each([&](const Device& device) { devices.push_back(device); });
  return devices;
}

void DeviceDirectory::for_each(const std::function<void(const Device&)>& visit) const {
  const auto now = snapshot();
  if (!now) return;
  std::ranges::for_each(now->devices, visit);
}

std::size_t DeviceDirectory::count(DeviceStatus status) const {
  const auto now = snapshot();
  if (!now) return 0;
  return static_cast<std::size_t>(
      std::ranges::count(now->devices, status, [](const Device& device) { return device.status; }));
}

DeviceSettings DeviceDirectory::settings_of(const DeviceIdentity& identity,
                                            const DeviceSettings& of_listener) const {
  const auto now = snapshot();
  const Device* found = now ? now->find(identity) : nullptr;
  return found == nullptr ? of_listener : found->settings_over(of_listener);
}

std::string DeviceDirectory::place_name(double latitude_deg, double longitude_deg) const {
  const auto now = snapshot();
  const auto* client = now ? now->places.find_nearest(latitude_deg, longitude_deg) : nullptr;
  return client == nullptr ? std::string() : client->company_name;
}

}  // namespace rastro
