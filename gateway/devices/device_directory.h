// The devices and clients that the gateway knows, in memory: filled from the database, and asked by sessions,
// listeners, the API and the forwarder without one. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/clients/places.h"
#include "pipeline/postgis/catalogue.h"
#include "protocols/surroundings.h"
#include "schema/device_identity.h"

namespace rastro {

using postgis::DeviceStatus;

struct Device : postgis::DeviceRow {
  explicit Device(postgis::DeviceRow row) : DeviceRow(std::move(row)), identity(imei) {}

  DeviceIdentity identity;

  // Its own settings and what was learnt of it, over those of the listener that it comes to.
  DeviceSettings settings_over(const DeviceSettings& of_listener) const;
};

class DeviceDirectory final : public Surroundings {
 public:
  // Replaces everything, by devices in the order of their ids. Until the first call loaded() is false and
  // nothing is known. Gives the devices that have other settings now than before; one that is new may be
  // connected already.
  std::vector<DeviceIdentity> replace(std::vector<postgis::DeviceRow> devices,
                                      std::vector<postgis::ClientRow> clients);
  bool loaded() const;

  std::optional<Device> find(const DeviceIdentity& identity) const;
  std::optional<Device> find(std::int64_t id) const;
  std::optional<DeviceStatus> status(const DeviceIdentity& identity) const;
  std::vector<Device> all() const;  // by id
  // The same without copies.
  void for_each(const std::function<void(const Device&)>& visit) const;
  std::size_t count(DeviceStatus status) const;

  DeviceSettings settings_of(const DeviceIdentity& identity,
                             const DeviceSettings& of_listener) const override;
  std::string place_name(double latitude_deg, double longitude_deg) const override;

 private:
  struct Snapshot {
    std::vector<Device> devices;                                    // by id
    std::unordered_map<DeviceIdentity, std::uint32_t> by_identity;  // where among them
    Places places;

    const Device* find(const DeviceIdentity& identity) const;
    const Device* find(std::int64_t id) const;
  };
  std::shared_ptr<const Snapshot> snapshot() const;

  mutable std::shared_mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace rastro
