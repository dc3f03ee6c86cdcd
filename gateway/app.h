// The gateway as a whole: built top to bottom, taken down in the opposite order.
#pragma once

#include "gateway/config/config.h"

namespace rastro {

// Runs until SIGINT or SIGTERM. Exit code: 0 ended as asked, 1 could not start (said in one sentence).
int run_serve(const Config& config);

}  // namespace rastro
