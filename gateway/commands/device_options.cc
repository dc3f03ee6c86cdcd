// The options of the device commands.
#include <memory>

#include "gateway/commands/device_command.h"
#include "gateway/commands/shell.h"
#include "pipeline/tracking/parameter_names.h"

namespace rastro {
namespace {

void add_command_commands(CLI::App& device, Shell& shell) {
  struct Options {
    std::string imei, text, kind, ttl = "1d", state;
    CommandRequest request;
    std::int64_t wait_s = 0;
    int limit = 20;
  };
  auto o = std::make_shared<Options>();
  CLI::App* command = add_configured(device, shell, "command", "give a device a command");
  command->add_flag("--json", shell.json, "for machines");
  command->add_option("imei", o->imei)->required();
  auto* text = command->add_option("text", o->text, "in the device's own language");
  auto* kind = command->add_option("--kind", o->kind, "or by name: locate, status, interval, fuel-cut, …");
  command->add_option("--argument", o->request.argument, "of the kind: interval takes seconds");
  command->add_option("--ttl", o->ttl, "how long it may wait for the device: 90s, 15m, 1h, 7d")
      ->check([](const std::string& value) {
        return parse_duration_s(value) ? std::string() : "expected a time such as 90s, 15m, 1h or 7d";
      })
      ->capture_default_str();
  command->add_flag("--repeat", o->request.repeat, "send it on every new connection until it is answered");
  command->add_flag("--check-identity", o->request.check_identity,
                    "let the device refuse it when its IMEI is another (Teltonika codec 14)");
  command->add_flag("--confirm-fuel-cut", o->request.confirm_fuel_cut, "yes, this may stop a vehicle");
  command->add_option("--wait", o->wait_s, "seconds to wait for the answer")->check(CLI::Range(0, 86400));
  command->callback([&shell, o, text, kind] {
    if (text->count() > 0) o->request.text = o->text;
    if (kind->count() > 0) o->request.kind = o->kind;
    o->request.ttl_s = parse_duration_s(o->ttl).value_or(0);
    shell.with_config([&](const Config& config) {
      return run_device_command(config, o->imei, o->request, o->wait_s, shell.output());
    });
  });
  CLI::App* list = add_configured(device, shell, "commands", "what a device was told, newest first");
  list->add_flag("--json", shell.json, "for machines");
  list->add_option("imei", o->imei)->required();
  list->add_option("--state", o->state)
      ->check(CLI::IsMember({"queued", "sent", "answered", "expired", "refused"}));
  list->add_option("--limit", o->limit)->check(CLI::Range(1, 100000))->capture_default_str();
  list->callback([&shell, o] {
    shell.with_config([&](const Config& config) {
      return run_device_commands(config, o->imei, o->state, o->limit, shell.output());
    });
  });
}

}  // namespace

void add_device_commands(CLI::App& app, Shell& shell) {
  struct Options {
    std::string imei, name, status;
    std::int64_t persat_id = 0;
    postgis::NamedTexts settings;
  };
  auto o = std::make_shared<Options>();
  CLI::App* device = app.add_subcommand("device", "list, add and change devices, and give them commands")
                         ->require_subcommand(1);
  add_command_commands(*device, shell);
  const auto add = [&](const char* name, const char* help) {
    CLI::App* command = add_configured(*device, shell, name, help);
    command->add_flag("--json", shell.json, "for machines");
    return command;
  };
  CLI::App* list = add("list", "all devices, or those of one status");
  list->add_option("--status", o->status)->check(CLI::IsMember({"active", "pending", "disabled"}));
  list->callback([&shell, o] {
    shell.with_config(
        [&](const Config& config) { return run_device_list(config, o->status, shell.output()); });
  });
  CLI::App* create = add("add", "enter a device, active from the start");
  create->add_option("imei", o->imei)->required();
  create->add_option("--name", o->name);
  auto* create_persat = create->add_option("--persat-id", o->persat_id, "its device_id at Persat");
  create->callback([&shell, o, create_persat] {
    const auto id = create_persat->count() > 0 ? std::optional(o->persat_id) : std::nullopt;
    shell.with_config(
        [&](const Config& config) { return run_device_add(config, o->imei, o->name, id, shell.output()); });
  });
  const auto add_status = [&](const char* name, const char* status, const char* help) {
    CLI::App* command = add(name, help);
    command->add_option("imei", o->imei)->required();
    command->callback([&shell, o, status] {
      shell.with_config(
          [&](const Config& config) { return run_device_status(config, o->imei, status, shell.output()); });
    });
  };
  add_status("activate", "active", "let a pending or disabled device take part");
  add_status("disable", "disabled", "refuse a device from its next login on");
  CLI::App* change = add("set", "change a device");
  change->add_option("imei", o->imei)->required();
  auto* name = change->add_option("--name", o->name);
  auto* persat = change->add_option("--persat-id", o->persat_id);
  std::vector<DeviceSettingHelp> settings = device_setting_helps();
  for (const tracking::ParameterHelp& parameter : tracking::parameter_helps())
    settings.push_back({parameter.name, parameter.help});
  for (const DeviceSettingHelp& setting : settings) {
    const std::string key(setting.name);
    change->add_option_function<std::string>(
        option_of(setting), [o, key](const std::string& value) { o->settings[key] = value; },
        std::string(setting.help) + "; '' takes it away");
  }
  change->callback([&shell, o, name, persat] {
    if (name->count() + persat->count() + o->settings.size() == 0) {
      std::cerr << "rastro: nothing to change: give --name, --persat-id or a setting\n";
      shell.exit_code = 2;
      return;
    }
    shell.with_config([&](const Config& config) {
      return run_device_change(config, o->imei, name->count() > 0 ? std::optional(o->name) : std::nullopt,
                               persat->count() > 0 ? std::optional(o->persat_id) : std::nullopt, o->settings,
                               shell.output());
    });
  });
}

}  // namespace rastro
