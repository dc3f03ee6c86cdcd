// Clients as JSON: Persat's client object (persat-api.md 5.1) with what ours has beyond it. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "gateway/clients/client_check.h"
#include "pipeline/postgis/client.h"

namespace boost::json {
class object;
}

namespace rastro {

// Reads the body of a request. What is only ever told and not set (id, last_updated) is passed over.
ClientMistake parse_client(std::string_view json, postgis::ClientEntry& out);

enum class UnknownMembers : bool { kRefuse, kPassOver };
// The same of an object that was parsed already.
ClientMistake read_client(const boost::json::object& object, UnknownMembers unknown,
                          postgis::ClientEntry& out);
bool is_client_member(std::string_view name);

std::string client_json(const postgis::StoredClient& client);

}  // namespace rastro
