// The settings of a device by their names: in the configuration's listeners, in the database, in the shell.
// Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/device_settings.h"

namespace rastro {

// "model", "time_zone", "voltage_scale", "mileage_unit", "ack", "io16".
std::vector<std::string> device_setting_names();
bool is_device_setting(std::string_view name);

// Sets one by its name. On a wrong value nothing changes and what was expected comes back.
std::optional<std::string> set_device_setting(DeviceSettings& settings, std::string_view name,
                                              const std::string& value);

struct DeviceSettingHelp {
  std::string_view name;
  std::string_view help;
};
std::vector<DeviceSettingHelp> device_setting_helps();

// The same as text, a line each.
std::string describe_device_settings();

}  // namespace rastro
