// POST /hooks/persat/{token}: takes in what Persat sends to its webhook (persat-api.md 4.2). Answers once it
// is durable; what is done for it comes later.
#pragma once

#include <prometheus/registry.h>

#include <functional>
#include <string>

#include "gateway/api/router.h"
#include "pipeline/postgis/persat_events.h"

namespace rastro {

// An empty token: the route answers as if it were not there. `events` and what `on_event` refers to outlive
// the router; it is called after each new event.
void add_persat_hook_route(Router& router, const std::string& token, postgis::PersatEvents& events,
                           prometheus::Registry& registry, std::function<void()> on_event);

}  // namespace rastro
