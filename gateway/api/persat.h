// The routes about Persat's catalogue: /api/v1/persat, what differs, what came by webhook, which tracker is
// which device. The objects outlive the router.
#pragma once

#include <functional>
#include <string>

#include "gateway/api/router.h"
#include "pipeline/postgis/persat_clients.h"
#include "pipeline/postgis/persat_devices.h"
#include "pipeline/postgis/persat_pulls.h"

namespace rastro {

struct PersatRoutes {
  postgis::PersatPulls& pulls;
  postgis::PersatClients& clients;
  postgis::PersatDevices& devices;
  std::function<void()> ask_for_pull;  // null: Persat is not configured
  std::string device_table;            // the file's path, or empty
  bool webhook = false;                // events are taken in
};

void add_persat_routes(Router& router, const PersatRoutes& parts);

}  // namespace rastro
