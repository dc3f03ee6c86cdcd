// Persat's devices as it last told them, and which of Rastro's trackers they are. One connection; blocking;
// one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/postgis/kept_connection.h"

namespace rastro::postgis {

struct PersatDevice {
  std::int64_t id = 0;
  std::string type;
  std::string serial_number;
  std::string first_name;
  std::string last_name;
  std::string working_zones = "[]";  // JSON, as Persat's device list has them
  std::string working_hours = "{}";
};

// Who said which of Persat's devices a tracker is: "hand", "table", "serial"; empty: nobody.
struct Tracker {
  std::string imei;
  std::string name;
  std::optional<std::int64_t> persat_device_id;
  std::string match;
};

struct TrackerMatch {
  std::string imei;
  std::optional<std::int64_t> persat_device_id;
  std::string match;
  bool ambiguous = false;  // two of Persat's devices have its serial number
};

// A member that is not as Persat has it: it was changed here. Both as JSON.
struct DeviceDifference {
  std::string imei;
  std::string field;
  std::string local;
  std::string persat;
};

class PersatDevices {
 public:
  explicit PersatDevices(std::string url) : connection_(std::move(url)) {}

  // What Persat has, in place of what it had. How many rows were added, changed or removed.
  Result<std::uint64_t> replace(std::span<const PersatDevice> devices);
  Result<std::vector<PersatDevice>> devices();  // by id
  Result<std::vector<Tracker>> trackers();      // by imei; not those that are disabled

  // Sets those that were not matched by hand; how many changed.
  Result<std::uint64_t> match(std::span<const TrackerMatch> matches);
  // Of the trackers that are matched, by imei and member.
  Result<std::vector<DeviceDifference>> differences();
  // Type, names, serial number, zones and hours follow Persat's where they were not set here. How many
  // changed.
  Result<std::uint64_t> follow();

  // By hand, which no later pull changes; nothing: it is none of Persat's. False when there is no such
  // tracker.
  Result<bool> match_by_hand(const std::string& imei, std::optional<std::int64_t> persat_device_id,
                             const std::string& actor);
  // Back to the table and the serial number.
  Result<bool> match_by_itself(const std::string& imei, const std::string& actor);

 private:
  Result<bool> set_match(const char* sql, const std::string& imei, const std::string& id,
                         const std::string& actor);

  KeptConnection connection_;
};

}  // namespace rastro::postgis
