// Clients over HTTP, in Persat's paths and form (persat-api.md 5.1): /v1/clients and
// /v1/clients/{uid_client}.
#pragma once

#include "gateway/api/router.h"
#include "pipeline/postgis/client_store.h"

namespace rastro {

// `clients` outlives the router and is used by the thread that serves requests.
void add_client_routes(Router& router, postgis::ClientStore& clients);

}  // namespace rastro
