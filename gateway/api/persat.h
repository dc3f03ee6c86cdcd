// The routes about Persat's catalogue: /api/v1/persat, what differs, what came by webhook, which tracker is
// which device. The objects outlive the router.
#pragma once

#include <functional>

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
};

void add_persat_routes(Router& router, const PersatRoutes& parts);

// {"trackers":[…],"devices":[…]}: each tracker with what it was matched to and how, each of Persat's devices
// with its tracker, those without with a suggestion. Pure.
std::string device_matches_json(const std::vector<postgis::Tracker>& trackers,
                                const std::vector<postgis::PersatDevice>& devices);

}  // namespace rastro
