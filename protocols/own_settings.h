// The settings that one device has for itself.
#pragma once

#include <memory>

#include "protocols/session.h"

namespace rastro {

// What the surroundings know of the device; null when that is what its listener has, as of most devices, or
// there is nobody to ask.
inline std::unique_ptr<const DeviceSettings> find_own_settings(const SessionOptions& options,
                                                               const DeviceIdentity& device) {
  if (options.surroundings == nullptr || device.empty()) return nullptr;
  DeviceSettings found = options.surroundings->settings_of(device, options.settings);
  if (found == options.settings) return nullptr;
  return std::make_unique<const DeviceSettings>(std::move(found));
}

}  // namespace rastro
