// The reading endpoints of devices, in Persat's form and with its error texts (persat-api.md 2.1, 3.1).
#pragma once

#include "gateway/api/router.h"
#include "gateway/devices/device_directory.h"
#include "gateway/devices/live_state.h"

namespace rastro {

// GET /v1/devices, /v1/devices/{id}, /v1/devices-lasttrackingpoint/{id}.
void add_device_routes(Router& router, const DeviceDirectory& directory, const LiveState& live);

}  // namespace rastro
