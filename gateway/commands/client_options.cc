// The options of the commands that look after clients.
#include <memory>

#include "gateway/clients/client_check.h"
#include "gateway/commands/client_command.h"
#include "gateway/commands/shell.h"

namespace rastro {
namespace {

struct ClientOptions {
  postgis::ClientEntry client;
  ClientKey key;
  std::vector<std::string> windows;
  std::string file;
};

CLI::Option* add_place_option(CLI::App* to, const char* name, std::optional<double>& value, double limit,
                              const char* help) {
  return to->add_option(name, value, help)->check(CLI::Range(-limit, limit));
}

// What add and change share.
void add_client_options(CLI::App* to, ClientOptions& o) {
  add_place_option(to, "--latitude", o.client.latitude_deg, 90, "degrees, south negative");
  add_place_option(to, "--longitude", o.client.longitude_deg, 180, "degrees, west negative");
  to->add_option("--radius", o.client.radius_m, "metres around it that are the client's (100)")
      ->check(CLI::Range(1.0, kMaxRadiusM));
  to->add_option("--area", o.client.area,
                 "GeoJSON Polygon or MultiPolygon instead of the circle; '' for the circle");
  to->add_option("--min-visit", o.client.min_visit_s, "seconds; a shorter stay is no visit");
  to->add_option("--service-time", o.client.service_time_s,
                 "seconds that a visit usually takes; 0: not known");
  to->add_option("--address", o.client.address);
  to->add_option("--window", o.windows,
                 "when visits are due: 08:00-12:00 or 08:00-12:00@mon,tue; may be repeated")
      ->check([](const std::string& text) {
        return parse_time_window_text(text) ? std::string() : text + " is no part of a day";
      });
}

void read_windows(ClientOptions& o) {
  if (o.windows.empty()) return;
  std::vector<TimeWindow> windows;
  for (const std::string& text : o.windows) windows.push_back(*parse_time_window_text(text));
  o.client.time_windows = time_windows_json(windows);
}

// A command that works on one client: it needs an id or a uid.
template <typename Run>
void run_on_one(CLI::App* command, Shell& shell, const std::shared_ptr<ClientOptions>& o, Run run) {
  CLI::Option* id = command->add_option("id", o->key.id, "its id");
  command->add_option("--uid", o->key.uid, "its number in your own books, instead of the id")->excludes(id);
  command->callback([&shell, o, command, run] {
    if (command->count("id") + command->count("--uid") == 0) throw CLI::RequiredError("id or --uid");
    shell.with_config([&](const Config& config) { return run(config, *o, shell.output()); });
  });
}

}  // namespace

void add_client_commands(CLI::App& app, Shell& shell) {
  auto o = std::make_shared<ClientOptions>();
  CLI::App* client = app.add_subcommand("client", "the places that vehicles go to")->require_subcommand(1);
  const auto add = [&](const char* name, const char* help) {
    CLI::App* command = add_configured(*client, shell, name, help);
    command->add_flag("--json", shell.json, "for machines");
    return command;
  };
  add("list", "all clients")->callback([&shell] {
    shell.with_config([&](const Config& config) { return run_client_list(config, shell.output()); });
  });
  run_on_one(add("show", "one client, as JSON"), shell, o,
             [](const Config& config, ClientOptions& given, const AdminOutput& to) {
               return run_client_show(config, given.key, to);
             });
  CLI::App* enter = add("add", "enter a client");
  enter->add_option("name", o->client.company_name)->required();
  enter->add_option("--uid", o->client.uid, "its number in your own books");
  add_client_options(enter, *o);
  enter->callback([&shell, o] {
    read_windows(*o);
    shell.with_config(
        [&](const Config& config) { return run_client_add(config, o->client, shell.output()); });
  });
  CLI::App* change = add("change", "change what is given of a client");
  change->add_option("--name", o->client.company_name);
  add_client_options(change, *o);
  run_on_one(change, shell, o, [](const Config& config, ClientOptions& given, const AdminOutput& to) {
    read_windows(given);
    return run_client_change(config, given.key, given.client, to);
  });
  run_on_one(add("remove", "remove a client"), shell, o,
             [](const Config& config, ClientOptions& given, const AdminOutput& to) {
               return run_client_remove(config, given.key, to);
             });
  CLI::App* import = add("import", "enter and change clients by their uid from a file of CSV or GeoJSON");
  import->add_option("file", o->file, "file, or - for standard input")->required();
  import->callback([&shell, o] {
    shell.with_config([&](const Config& config) { return run_client_import(config, o->file, shell.output());
});
}  // namespace rastro
);
}

}  // namespace rastro
