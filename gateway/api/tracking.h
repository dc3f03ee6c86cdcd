// What vehicles did, under /api/v1: trips, stops, visits, statistics of a device, of a client and of
// the fleet, and what was planned against what was done.
#pragma once

#include <string>

#include "gateway/api/router.h"
#include "gateway/devices/device_directory.h"
#include "pipeline/postgis/track_reader.h"

namespace rastro {

// The references outlive the router. `zone`: of days in requests and answers, an IANA name.
void add_tracking_routes(Router& router, const DeviceDirectory& directory, postgis::TrackReader& reader,
                         const std::string& zone);

}  // namespace rastro
