// GET /api/v1/devices/{id}/media and …/media/{media_id}: the photos and recordings that a device sent.
#pragma once

#include "gateway/api/router.h"
#include "gateway/devices/device_directory.h"
#include "pipeline/postgis/media_reader.h"

namespace rastro {

// `reader` is used by the thread that serves requests.
void add_media_routes(Router& router, const DeviceDirectory& directory, postgis::MediaReader& reader);

}  // namespace rastro
