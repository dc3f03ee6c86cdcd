// Notes what makes a device's identity doubtful as events for webhooks (`device.alarm`). One connection;
// blocking; one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pipeline/postgis/kept_connection.h"
#include "schema/device_identity.h"

namespace rastro::postgis {

class DeviceAlarmStore {
 public:
  explicit DeviceAlarmStore(std::string url) : connection_(std::move(url)) {}

  // `data`: members of a JSON object, without its braces. False when the device is in no table yet.
  Result<bool> note(const DeviceIdentity& device, std::string_view kind, std::int64_t at_ms,
                    std::string_view data);

 private:
  KeptConnection connection_;
};

}  // namespace rastro::postgis
