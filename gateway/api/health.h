// /healthz, /readyz and /metrics.
#pragma once

#include <prometheus/registry.h>

#include <functional>
#include <string>
#include <vector>

#include "gateway/api/router.h"

namespace rastro {

// What keeps the gateway from taking and storing data, as sentences; empty when nothing does.
using MissingParts = std::function<std::vector<std::string>()>;

void add_health_routes(Router& router, MissingParts missing,
                       const std::vector<const prometheus::Collectable*>& metrics);

}  // namespace rastro
