// What people may want to know of trackers and Persat's devices, as one JSON object for the API and the
// shell. Asks the database and reads the table's file; blocking; one thread.
#pragma once

#include <string>

#include "pipeline/postgis/persat_devices.h"

namespace rastro {

// {"trackers":[…],"devices":[…],"differences":[…],"table":{…}}: each tracker with what it was matched to and
// how, each of Persat's devices with its tracker, those without with a suggestion; members that were changed
// here; and what is wrong with the table (a path, or empty). openapi.json describes it.
postgis::Result<std::string> device_report_json(postgis::PersatDevices& devices,
                                                const std::string& device_table);

}  // namespace rastro
