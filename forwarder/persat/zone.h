// Working zones, which are given to devices (persat-api.md 3.3); a name each, no geometry. Values.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "forwarder/persat/api.h"
#include "forwarder/persat/instant.h"

namespace rastro::persat {

struct Zone {
  std::int64_t id = 0;
  std::string name;  // without the blanks that some begin with
  std::optional<Instant> created{};
  boost::json::object other{};  // what is not documented
};
Result<Zone> decode_zone(boost::json::value data);

// All, or one device's.
Result<std::vector<Zone>> fetch_zones(Api& api, std::optional<std::int64_t> device_id = {});

}  // namespace rastro::persat
