// The gateway as a whole: built top to bottom, taken down in the opposite order.
#pragma once

#include <string>

#include "gateway/config/config.h"

namespace rastro {

// Runs until SIGINT or SIGTERM; reads `file` again on SIGHUP (empty: the environment alone). Exit code: 0
// ended as asked, and what was acknowledged is on the disk; 1 could not start (said in one sentence). A
// second signal ends the process at once, by that signal.
int run_serve(const ConfigResult& started, const std::string& file);

}  // namespace rastro
