// How Persat's account is reached, by the configuration. Pure.
#pragma once

#include "forwarder/persat/api.h"
#include "gateway/config/config.h"

namespace rastro {

persat::Api::Options persat_api_options(const PersatConfig& config);

}  // namespace rastro
