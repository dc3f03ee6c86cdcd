// What an administrator does over HTTP: the keys of the API, and who did what (/api/v1/keys, /api/v1/audit).
#pragma once

#include "gateway/api/router.h"
#include "pipeline/postgis/api_key_store.h"
#include "pipeline/postgis/audit_reader.h"

namespace rastro {

// A key for people and programs: all but its hash.
std::string api_key_json(const postgis::ApiKeyRow& key);

// The references outlive the router; `keys` is used by one thread at a time.
void add_administration_routes(Router& router, postgis::ApiKeyStore& keys, postgis::AuditReader& audit);

}  // namespace rastro
