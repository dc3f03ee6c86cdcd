#include "gateway/api/devices.h"

#include "gateway/api/request.h"
#include "schema/json.h"

namespace rastro {
namespace {

constexpr Permission kRead = {Role::kViewer, Scope::kDevices};
constexpr Permission kReadPlaces = {Role::kViewer, Scope::kTracking};

void append_member(std::string_view name, std::string_view value, std::string& out) {
  out += ",\"";
  out += name;
  out += "\":";
  append_json_string(value, out);
}

void append_device(const Device& device, std::string& out) {
  out += "{\"id\":" + std::to_string(device.id);
  append_member("type", device.type, out);
  append_member("serial_number", device.serial_number.empty() ? device.imei : device.serial_number.str(),
                out);
  append_member("first_name", device.first_name.empty() ? device.name : device.first_name.str(), out);
  append_member("last_name", device.last_name, out);
  out += ",\"working_zones\":" + device.working_zones.str() +
         ",\"working_hours\":" + device.working_hours.str() + "}";
}

HttpResponse list_devices(const DeviceDirectory& directory) {
  if (!directory.loaded()) return database_is_away();
  std::string data = "[";
  directory.for_each([&data](const Device& device) {
    if (data.size() > 1) data += ',';
    append_device(device, data);
  });
  return success(data + "]");
}

HttpResponse show_device(const Device& device) {
  std::string data;
  append_device(device, data);
  return success(data);
}

HttpResponse last_tracking_point(const Device& device, const LiveState& live) {
  const auto position = live.find(device.identity);
  if (!position)
    return success("null");  // exists and never reported: not documented; a client has to accept null
  std::string data = "{\"device_id\":" + std::to_string(device.id) + ",\"timestamp\":\"";
  append_iso8601(position->time_ms, data);
  data += "\",\"latitude\":";
  append_json_number(position->latitude_deg, data);
  data += ",\"longitude\":";
  append_json_number(position->longitude_deg, data);
  return success(data + "}");
}

template <typename Handler>
HttpHandler for_device(const DeviceDirectory& directory, Handler handler) {
  return [&directory, handler](const HttpRequest&, const PathArguments& arguments) {
    return with_device(directory, arguments[0], handler);
  };
}

}  // namespace

void add_device_routes(Router& router, const DeviceDirectory& directory, const LiveState& live) {
  router.add("GET", "/v1/devices", kRead,
             [&directory](const HttpRequest&, const PathArguments&) { return list_devices(directory); });
  router.add("GET", "/v1/devices/{device_id}", kRead, for_device(directory, show_device));
  router.add(
      "GET", "/v1/devices-lasttrackingpoint/{device_id}", kReadPlaces,
      for_device(directory, [&live](const Device& device) { return last_tracking_point(device, live); }));
}

}  // namespace rastro
