#include "gateway/persat/device_report.h"

#include <boost/json.hpp>
#include <map>
#include <set>

#include "gateway/persat/device_match.h"

namespace rastro {
namespace {

namespace json = boost::json;

json::string text(std::string_view from) { return json::string(from.data(), from.size()); }

json::value or_null(const std::optional<std::int64_t>& number) {
  return number ? json::value(*number) : json::value();
}

// Whatever is matched already is not suggested to another.
DeviceMatches find_rest(std::vector<postgis::Tracker> trackers,
                        const std::vector<postgis::PersatDevice>& devices) {
  for (postgis::Tracker& tracker : trackers) {
    if (tracker.persat_device_id) tracker.match = "hand";
  }
  return match_devices(trackers, devices, {});
}

json::array tracker_list(const std::vector<postgis::Tracker>& trackers, const DeviceMatches& rest) {
  std::map<std::string_view, const Suggestion*> suggested;
  for (const Suggestion& suggestion : rest.suggestions) suggested[suggestion.imei] = &suggestion;
  std::set<std::string_view> ambiguous;
  for (const postgis::TrackerMatch& match : rest.matches) {
    if (match.ambiguous) ambiguous.insert(match.imei);
  }
  json::array list;
  for (const postgis::Tracker& tracker : trackers) {
    json::value suggestion;
    if (const auto one = suggested.find(tracker.imei); one != suggested.end())
      suggestion = {{"persat_device_id", one->second->persat_device_id}, {"why", text(one->second->why)}};
    list.push_back({{"imei", tracker.imei},
                    {"name", tracker.name},
                    {"persat_device_id", or_null(tracker.persat_device_id)},
                    {"match", tracker.match.empty() ? json::value() : json::value(tracker.match)},
                    {"ambiguous", ambiguous.contains(tracker.imei)},
                    {"suggestion", std::move(suggestion)}});
  }
  return list;
}

json::array device_list(const std::vector<postgis::Tracker>& trackers,
                        const std::vector<postgis::PersatDevice>& devices, const DeviceMatches& rest) {
  std::map<std::int64_t, std::string> tracker_of;
  for (const postgis::Tracker& tracker : trackers) {
    if (tracker.persat_device_id) tracker_of[*tracker.persat_device_id] = tracker.imei;
  }
  const std::set<std::int64_t> ambiguous(rest.ambiguous.begin(), rest.ambiguous.end());
  json::array list;
  for (const postgis::PersatDevice& device : devices) {
    const auto tracker = tracker_of.find(device.id);
    list.push_back({{"id", device.id},
                    {"serial_number", device.serial_number},
                    {"first_name", device.first_name},
                    {"last_name", device.last_name},
                    {"imei", tracker == tracker_of.end() ? json::value() : json::value(tracker->second)},
                    {"ambiguous", ambiguous.contains(device.id)}});
  }
  return list;
}

json::array difference_list(const std::vector<postgis::DeviceDifference>& differences) {
  json::array list;
  for (const postgis::DeviceDifference& difference : differences)
    list.push_back({{"imei", difference.imei},
                    {"field", difference.field},
                    {"local", json::parse(difference.local)},
                    {"persat", json::parse(difference.persat)}});
  return list;
}

json::object table_faults(const DeviceTableRead& read, const std::vector<postgis::Tracker>& trackers,
                          const std::vector<postgis::PersatDevice>& devices) {
  json::array strangers;
  for (const TableStranger& stranger : find_table_strangers(trackers, devices, read.table))
    strangers.push_back({{"imei", stranger.imei},
                         {"persat_device_id", stranger.persat_device_id},
                         {"why", text(stranger.why)}});
  return {{"mistakes", json::array(read.mistakes.begin(), read.mistakes.end())},
          {"strangers", std::move(strangers)}};
}

}  // namespace

postgis::Result<std::string> device_report_json(postgis::PersatDevices& store,
                                                const std::string& device_table) {
  const auto trackers = store.trackers();
  if (!trackers) return trackers.error();
  const auto devices = store.devices();
  if (!devices) return devices.error();
  const auto differences = store.differences();
  if (!differences) return differences.error();
  const DeviceMatches rest = find_rest(*trackers, *devices);
  return json::serialize(
      json::object{{"trackers", tracker_list(*trackers, rest)},
                   {"devices", device_list(*trackers, *devices, rest)},
                   {"differences", difference_list(*differences)},
                   {"table", table_faults(read_device_table(device_table), *trackers, *devices)}});
}

}  // namespace rastro
