// journal → Persat: makes the forwarder from the configuration and the devices in memory, and logs what
// troubles it.
#pragma once

#include <memory>

#include "forwarder/forwarder.h"
#include "gateway/config/config.h"
#include "gateway/devices/device_directory.h"
#include "pipeline/tracking/calendar.h"

namespace rastro {

// Null when forwarding is off. All outlive it; `calendar` is that of working hours. Throws std::runtime_error
// with a sentence when it cannot begin.
std::unique_ptr<forward::Forwarder> make_forwarder(const Config& config, journal::Journal& journal,
                                                   const DeviceDirectory& directory,
                                                   const tracking::Calendar& calendar);

}  // namespace rastro
