// `rastro forward …`: forwarding from the shell. The books and the parked positions are files of the running
// gateway's own, so these commands ask it over its HTTP API.
#pragma once

#include <string>

#include "gateway/commands/admin.h"

namespace rastro {

// Exit codes as in admin.h; 1 also when no gateway answers at http.bind. The key is that of RASTRO_API_KEY,
// or of the file that RASTRO_API_KEY_FILE names.
int run_forward_status(const Config& config, const AdminOutput& to);
// Of a reason, or empty: of all; so many at most.
int run_forward_parked(const Config& config, const std::string& reason, int limit, const AdminOutput& to);
int run_forward_resend(const Config& config, const std::string& id, const AdminOutput& to);
int run_forward_resend_all(const Config& config, const std::string& reason, const AdminOutput& to);
int run_forward_delete(const Config& config, const std::string& id, const AdminOutput& to);

}  // namespace rastro
