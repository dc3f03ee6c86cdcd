// Which tracker is which of Persat's devices: by hand, by a table, by the serial number; and what people may
// look at where nothing says so. Pure, but for the one that reads a file; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/postgis/persat_devices.h"

namespace rastro {

// By imei.
using DeviceTable = std::map<std::string, std::int64_t>;

struct DeviceTableRead {
  DeviceTable table;
  std::vector<std::string> mistakes;  // "line 3: …"; any: the table is not to be used
};

// The file that is configured, or an empty path; a file that cannot be read is a mistake too.
DeviceTableRead read_device_table(const std::string& path);
// The text of a file of lines `imei,persat_device_id`, with or without that heading.
DeviceTableRead parse_device_table(std::string_view csv);

// "86-0001 23" is "86000123": how serial numbers are written differs.
std::string bare_serial(std::string_view serial);

struct Suggestion {
  std::string imei;
  std::int64_t persat_device_id = 0;
  std::string_view why;  // "serial_digit", "serial_part", "name"
};

struct DeviceMatches {
  std::vector<postgis::TrackerMatch>
      matches;  // of every tracker that was not matched by hand; some with none
  std::vector<std::string> unmatched_trackers;  // by imei
  std::vector<std::int64_t> unmatched_devices;  // by id, the ambiguous ones too
  std::vector<std::int64_t> ambiguous;          // another has the same serial number
  std::vector<Suggestion> suggestions;          // one at most for each unmatched tracker
};

// A row of the table that can match nothing.
struct TableStranger {
  std::string imei;
  std::int64_t persat_device_id = 0;
  std::string_view why;  // "no_tracker": none has the imei; "no_device": Persat has none with the id
};

std::vector<TableStranger> find_table_strangers(std::span<const postgis::Tracker> trackers,
                                                std::span<const postgis::PersatDevice> devices,
                                                const DeviceTable& table);

DeviceMatches match_devices(std::span<const postgis::Tracker> trackers,
                            std::span<const postgis::PersatDevice> devices, const DeviceTable& table);

}  // namespace rastro
