// `rastro apikey`: keys of the API from the shell. They work beside a running gateway, which notices.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/commands/admin.h"

namespace rastro {

// Exit codes: 0 done, 1 failed (said on err), 2 a role or scope that there is not.
int run_apikey_create(const Config& config, const std::string& name, const std::string& role,
                      const std::vector<std::string>& scopes, const AdminOutput& to);
int run_apikey_list(const Config& config, const AdminOutput& to);
int run_apikey_revoke(const Config& config, std::int64_t id, const AdminOutput& to);

}  // namespace rastro
