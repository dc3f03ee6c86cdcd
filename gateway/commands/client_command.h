// `rastro client …`: the places that vehicles go to, from the shell. They work beside a running gateway,
// which notices what they change.
#pragma once

#include <string>

#include "gateway/commands/admin.h"
#include "pipeline/postgis/client.h"

namespace rastro {

// Which client: by its uid, or else by its id.
struct ClientKey {
  std::string uid;
  std::int64_t id = 0;
};

// Exit codes as in admin.h.
int run_client_list(const Config& config, const AdminOutput& to);
int run_client_show(const Config& config, const ClientKey& key, const AdminOutput& to);
int run_client_add(const Config& config, const postgis::ClientEntry& client, const AdminOutput& to);
// `change.uid` is not looked at.
int run_client_change(const Config& config, const ClientKey& key, postgis::ClientEntry change,
                      const AdminOutput& to);
int run_client_remove(const Config& config, const ClientKey& key, const AdminOutput& to);
// A file of CSV or GeoJSON, "-" for standard input; all of it or nothing.
int run_client_import(const Config& config, const std::string& file, const AdminOutput& to);

}  // namespace rastro
