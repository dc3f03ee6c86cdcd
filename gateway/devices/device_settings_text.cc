#include "gateway/devices/device_settings_text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/config/config_text.h"

namespace rastro {
namespace {

using Expected = std::optional<std::string>;

constexpr std::size_t kMaxModelSize = 32;

Expected set_model(DeviceSettings& settings, const std::string& value) {
  const bool plain = std::ranges::all_of(value, [](char c) { return c > ' ' && c <= '~'; });
  if (!plain || value.size() > kMaxModelSize) return "expected a name such as FMB920, without blanks";
  settings.model = value;
  return {};
}

Expected set_time_zone(DeviceSettings& settings, const std::string& value) {
  const auto seconds = parse_utc_offset(value);
  if (!seconds) return "expected hours and minutes such as -03:00";
  settings.utc_offset_s = *seconds;
  return {};
}

Expected set_voltage_scale(DeviceSettings& settings, const std::string& value) {
  double scale = 0;
  const auto result = std::from_chars(value.data(), value.data() + value.size(), scale);
  const bool number = result.ec == std::errc() && result.ptr == value.data() + value.size();
  if (!number || !(scale > 0) || scale > 1) return "expected volts a unit, such as 0.01";
  settings.voltage_scale_v = scale;
  return {};
}

Expected set_mileage_unit(DeviceSettings& settings, const std::string& value) {
  if (value == "m") {
    settings.mileage_unit = MileageUnit::kMetre;
  } else if (value == "100m") {
    settings.mileage_unit = MileageUnit::kHundredMetres;
  } else if (value == "km") {
    settings.mileage_unit = MileageUnit::kKilometre;
  } else {
    return "expected m, 100m or km";
  }
  return {};
}

Expected set_ack(DeviceSettings& settings, const std::string& value) {
  if (value != "all" && value != "documented") return "expected all or documented";
  settings.ack = value == "all" ? AckPolicy::kAll : AckPolicy::kDocumented;
  return {};
}

Expected set_io16(DeviceSettings& settings, const std::string& value) {
  if (value != "true" && value != "false") return "expected true or false";
  settings.io16 = value == "true";
  return {};
}

struct Setting {
  std::string_view name;
  Expected (*set)(DeviceSettings&, const std::string&);
  std::string_view help;
};

constexpr std::array kSettings = {
    Setting{"model", set_model, "model as its maker writes it; decides what Teltonika elements mean"},
    Setting{"time_zone", set_time_zone, "of GT06 messages in local time, such as -03:00"},
    Setting{"voltage_scale", set_voltage_scale, "volts that a unit of a GT06 external voltage is; 0.01"},
    Setting{"mileage_unit", set_mileage_unit, "what a unit of a GT06 mileage is: m, 100m or km"},
    Setting{"ack", set_ack, "which GT06 frames are answered: all or documented"},
    Setting{"io16", set_io16, "old Teltonika firmware with a group of 16-byte elements: true or false"},
};

const Setting* find_setting(std::string_view name) {
  const auto found = std::ranges::find(kSettings, name, &Setting::name);
  return found == kSettings.end() ? nullptr : &*found;
}

}  // namespace

std::vector<std::string> device_setting_names() {
  std::vector<std::string> names;
  for (const Setting& setting : kSettings) names.emplace_back(setting.name);
  return names;
}

bool is_device_setting(std::string_view name) { return find_setting(name) != nullptr; }

std::optional<std::string> set_device_setting(DeviceSettings& settings, std::string_view name,
                                              const std::string& value) {
  const Setting* setting = find_setting(name);
  return setting == nullptr ? "is not known" : setting->set(settings, value);
}

std::vector<DeviceSettingHelp> device_setting_helps() {
  std::vector<DeviceSettingHelp> helps;
  for (const Setting& setting : kSettings) helps.push_back({setting.name, setting.help});
  return helps;
}

std::string describe_device_settings() {
  std::string text;
  for (const Setting& setting : kSettings) {
    text += "  " + std::string(setting.name) + ": " + std::string(setting.help) + "\n";
  }
  return text;
}

}  // namespace rastro
