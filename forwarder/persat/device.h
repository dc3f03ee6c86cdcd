// Devices as Persat knows them (persat-api.md 3.1). They are made in Persat's web; here they are read.
// Values.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "forwarder/persat/api.h"
#include "forwarder/persat/working_hours.h"
#include "forwarder/persat/zone.h"

namespace rastro::persat {

struct Device {
  std::int64_t id = 0;  // the device_id of every other endpoint
  std::string type;     // "VEHICLE" is the one that was seen; any other stands as it came
  // Whether it is the IMEI is not said.
  std::string serial_number;
  std::string first_name;  // free: of the vehicle or of a person
  std::string last_name;   // free: often the plate
  std::vector<Zone> working_zones{};
  std::optional<WorkingHours> working_hours{};
  boost::json::object other{};  // what is not documented
};
Result<Device> decode_device(boost::json::value data);

// All of the account; no paging is documented.
Result<std::vector<Device>> fetch_devices(Api& api);
Result<Device> fetch_device(Api& api, std::int64_t device_id);

}  // namespace rastro::persat
