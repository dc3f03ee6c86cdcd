#include "gateway/commands/admin.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <ostream>

#include "gateway/database.h"
#include "gateway/devices/device_settings_text.h"
#include "pipeline/postgis/migrations.h"
#include "pipeline/tracking/parameter_names.h"
#include "schema/json.h"

namespace rastro {
namespace {

int fail(const AdminOutput& to, const postgis::Failure& failure) {
  to.err << "rastro: " << failure.sentence << '\n';
  return 1;
}

// What a command that changes one thing says.
int report(const AdminOutput& to, const postgis::Result<bool>& changed, const std::string& what,
           const std::string& missing) {
  if (!changed) return fail(to, changed.error());
  if (!*changed) {
    to.err << "rastro: " << missing << '\n';
    return 1;
  }
  if (to.json) {
    to.out << R"({"changed":true})" << '\n';
  } else {
    to.out << what << '\n';
  }
  return 0;
}

// What was expected instead; an empty value takes the setting away.
std::optional<std::string> find_wrong_setting(const std::string& name, const std::string& value) {
  if (value.empty()) return std::nullopt;
  if (tracking::is_parameter(name)) {
    tracking::Parameters scratch;
    const auto expected = tracking::set_parameter(scratch, name, value);
    return expected ? std::optional("expected " + *expected) : std::nullopt;
  }
  DeviceSettings scratch;
  return set_device_setting(scratch, name, value);
}

std::string json_quoted(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

std::string timestamp(std::int64_t ms) {
  std::string out;
  append_iso8601(ms, out);
  return out;
}

std::string json_texts(const postgis::NamedTexts& texts) {
  std::string out = "{";
  for (const auto& [name, value] : texts) {
    if (out.size() > 1) out += ',';
    append_json_string(name, out);
    out += ':';
    append_json_string(value, out);
  }
  return out + "}";
}

// "model=FMB920 ack=all"
std::string plain_texts(const postgis::NamedTexts& texts) {
  std::string out;
  for (const auto& [name, value] : texts) out += fmt::format("{}{}={}", out.empty() ? "" : " ", name, value);
  return out;
}

std::string device_remarks(const postgis::DeviceRow& device) {
  std::string out = device.name;
  if (!device.settings.empty()) out += fmt::format("  {}", plain_texts(device.settings));
  if (!device.learnt.empty()) out += fmt::format("  ({})", plain_texts(device.learnt));
  return out;
}

std::string device_json(const postgis::DeviceRow& device) {
  return fmt::format(
      R"({{"id":{},"imei":{},"name":{},"status":"{}","persat_device_id":{},"settings":{},"learnt":{},"created":"{}"}})",
      device.id, json_quoted(device.imei), json_quoted(device.name),
      postgis::device_status_name(device.status),
      device.persat_device_id ? std::to_string(*device.persat_device_id) : "null",
      json_texts(device.settings), json_texts(device.learnt), timestamp(device.created_ms));
}

template <typename Rows, typename ToJson>
void print_json_list(const Rows& rows, std::ostream& out, ToJson to_json) {
  out << '[';
  const char* between = "";
  for (const auto& row : rows) {
    out << between << to_json(row);
    between = ",\n ";
  }
  out << "]\n";
}

}  // namespace

std::string shell_actor() {
  const passwd* entry = ::getpwuid(::getuid());
  return "shell " + (entry == nullptr ? std::to_string(::getuid()) : std::string(entry->pw_name));
}

int run_migrate(const Config& config, const AdminOutput& to) {
  const auto report = postgis::migrate(database_url(config));
  if (!report) return fail(to, report.error());
  to.out << fmt::format("the schema is at version {}, {} steps were taken\n", report->version,
                        report->applied);
  return 0;
}

int run_device_list(const Config& config, const std::string& status, const AdminOutput& to) {
  postgis::Catalogue catalogue(database_url(config), shell_actor());
  auto devices = catalogue.devices();
  if (!devices) return fail(to, devices.error());
  if (!status.empty()) {
    std::erase_if(*devices,
                  [&](const auto& device) { return postgis::device_status_name(device.status) != status; });
  }
  if (to.json) {
    print_json_list(*devices, to.out, device_json);
    return 0;
  }
  to.out << fmt::format("{:>6}  {:<18} {:<9} {:>10}  {}\n", "id", "imei", "status", "persat id",
                        "name, settings, (learnt)");
  for (const auto& device : *devices) {
    to.out << fmt::format("{:>6}  {:<18} {:<9} {:>10}  {}\n", device.id, device.imei,
                          postgis::device_status_name(device.status),
                          device.persat_device_id ? std::to_string(*device.persat_device_id) : "-",
                          device_remarks(device));
  }
  return 0;
}

int run_device_add(const Config& config, const std::string& imei, const std::string& name,
                   std::optional<std::int64_t> persat_device_id, const AdminOutput& to) {
  if (imei.empty() || imei.size() > DeviceIdentity::kMaxSize) {
    to.err << "rastro: an identity has 1 to " << DeviceIdentity::kMaxSize << " characters\n";
    return 2;
  }
  postgis::NewDevice device;
  device.imei = imei;
  device.name = name;
  device.persat_device_id = persat_device_id;
  const auto id = postgis::Catalogue(database_url(config), shell_actor()).add_device(device);
  if (!id) return fail(to, id.error());
  to.out << (to.json ? fmt::format(R"({{"id":{}}})", *id)
                     : fmt::format("device {} has the id {} and is active", imei, *id))
         << '\n';
  return 0;
}

int run_device_status(const Config& config, const std::string& imei, const std::string& status,
                      const AdminOutput& to) {
  const auto wanted = postgis::find_device_status(status);
  if (!wanted) {
    to.err << "rastro: a status is active, pending or disabled\n";
    return 2;
  }
  return report(to, postgis::Catalogue(database_url(config), shell_actor()).set_device_status(imei, *wanted),
                "device " + imei + " is " + status, "there is no device with the imei " + imei);
}

int run_device_change(const Config& config, const std::string& imei, const std::optional<std::string>& name,
                      std::optional<std::int64_t> persat_device_id, const postgis::NamedTexts& settings,
                      const AdminOutput& to) {
  for (const auto& [setting, value] : settings) {
    const auto wrong = find_wrong_setting(setting, value);
    if (!wrong) continue;
    to.err << "rastro: " << setting << ": " << *wrong << '\n';
    return 2;
  }
  postgis::Catalogue catalogue(database_url(config), shell_actor());
  postgis::Result<bool> changed = true;
  if (name) changed = catalogue.set_device_name(imei, *name);
  if (changed && *changed && persat_device_id)
    changed = catalogue.set_persat_device_id(imei, persat_device_id);
  for (const auto& [setting, value] : settings) {
    if (changed && *changed) changed = catalogue.set_device_setting(imei, setting, value);
  }
  return report(to, changed, "device " + imei + " is changed", "there is no device with the imei " + imei);
}

}  // namespace rastro
