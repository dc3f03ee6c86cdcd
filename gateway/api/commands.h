// Commands to devices over HTTP: POST and GET /api/v1/devices/{id}/commands, GET …/commands/{command_id}.
#pragma once

#include <functional>

#include "gateway/api/router.h"
#include "gateway/devices/device_directory.h"
#include "gateway/net/live_identities.h"
#include "pipeline/postgis/command_store.h"

namespace rastro {

// The references outlive the router. The handlers are called by one thread. `database_is_away` keeps them
// from waiting for a server that is known not to answer.
void add_command_routes(Router& router, const DeviceDirectory& directory, const LiveIdentities& identities,
                        postgis::CommandStore& commands, std::function<bool()> database_is_away);

}  // namespace rastro
