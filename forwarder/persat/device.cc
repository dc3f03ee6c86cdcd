#include "forwarder/persat/device.h"

namespace rastro::persat {

Result<Device> decode_device(boost::json::value data) {
  Fields fields(std::move(data), "device");
  Device device;
  device.id = fields.integer("id");
  device.type = fields.optional_text("type").value_or("");
  device.serial_number = fields.optional_text("serial_number").value_or("");
  device.first_name = fields.optional_text("first_name").value_or("");
  device.last_name = fields.optional_text("last_name").value_or("");
  if (auto zones = fields.optional_array("working_zones")) {
    Result<std::vector<Zone>> decoded = decode_list(boost::json::value(*std::move(zones)), &decode_zone);
    if (!decoded) return decoded.error();
    device.working_zones = *std::move(decoded);
  }
  if (auto hours = fields.optional_object("working_hours")) {
    device.working_hours = decode_working_hours(*hours);
    if (!device.working_hours) fields.put_back("working_hours", *std::move(hours));
  }
  device.other = fields.rest();
  return finish(fields, std::move(device));
}

Result<std::vector<Device>> fetch_devices(Api& api) {
  auto answer = api.get(Target("/devices"));
  if (!answer) return answer.error();
  return decode_list(std::move(answer->data), &decode_device);
}

Result<Device> fetch_device(Api& api, std::int64_t device_id) {
  auto answer = api.get(Target("/devices").segment(device_id));
  if (!answer) return answer.error();
  return decode_device(std::move(answer->data));
}

}  // namespace rastro::persat
