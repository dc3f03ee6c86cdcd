// A client of Persat's (persat-api.md 5.1) in the members that Rastro keeps of it. Pure; any thread.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/postgis/persat_clients.h"

namespace rastro {

// How far about its point a client of Persat's reaches: Persat knows points only.
struct ClientRadius {
  double standard_m = 100;
  std::map<std::int64_t, double> by_type = {};  // of clients of that type_id
};

struct ToldClientRead {
  postgis::ToldClient client;
  std::vector<std::string> passed_over;  // members that are not as documented
};

// Nothing when it has no uid_client. What is not documented stays as it came.
std::optional<ToldClientRead> read_told_client(boost::json::object object, const ClientRadius& radius);

}  // namespace rastro
