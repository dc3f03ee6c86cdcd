// What Persat tells of a device's days, in its paths and form (persat-api.md 2.2, 2.3):
// /v1/devices-visits/{date}/{device_id} and /v1/devices-pathtrack-sumary/{date}/{device_id}.
#pragma once

#include <string>

#include "gateway/api/router.h"
#include "gateway/devices/device_directory.h"
#include "pipeline/postgis/track_reader.h"

namespace rastro {

// The references outlive the router. `zone`: of the days, an IANA name.
void add_persat_tracking_routes(Router& router, const DeviceDirectory& directory,
                                postgis::TrackReader& reader, const std::string& zone);

}  // namespace rastro
