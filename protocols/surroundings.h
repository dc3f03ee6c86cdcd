// What a session may ask of the world around it. The gateway answers from memory; `rastro decode` and most
// tests have none. Any thread; answers are values.
#pragma once

#include <string>

#include "protocols/device_settings.h"
#include "schema/device_identity.h"

namespace rastro {

class Surroundings {
 public:
  virtual ~Surroundings() = default;

  // The device's own settings where it has some, else those of its listener. Asked at each login, with each
  // datagram, and after Session::settings_changed().
  virtual DeviceSettings settings_of(const DeviceIdentity& identity,
                                     const DeviceSettings& of_listener) const = 0;

  // UTF-8 name of the client or zone at a place; empty when none is near.
  virtual std::string place_name(double latitude_deg, double longitude_deg) const = 0;
};

}  // namespace rastro
