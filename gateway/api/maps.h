// What is drawn on maps, under /api/v1: the newest positions, the track of a device as GeoJSON, and the
// tracks of all as vector tiles.
#pragma once

#include <string>

#include "gateway/api/router.h"
#include "gateway/devices/device_directory.h"
#include "gateway/devices/live_state.h"
#include "pipeline/postgis/track_reader.h"

namespace rastro {

// The references outlive the router. `zone`: of days in requests, an IANA name.
void add_map_routes(Router& router, const DeviceDirectory& directory, const LiveState& live,
                    postgis::TrackReader& reader, const std::string& zone);

}  // namespace rastro
