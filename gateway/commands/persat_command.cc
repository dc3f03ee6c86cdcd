#include "gateway/commands/persat_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <charconv>
#include <iostream>

#include "gateway/api/table_text.h"
#include "gateway/database.h"
#include "gateway/persat/catalogue_pull.h"
#include "gateway/persat/device_report.h"

namespace rastro {
namespace {

namespace json = boost::json;

int fail(const AdminOutput& to, std::string_view sentence, int exit_code = 1) {
  to.err << "rastro: " << sentence << '\n';
  return exit_code;
}

// A JSON value for people: texts without quotes, nothing for null.
std::string plain(const json::value& value) {
  if (value.is_null()) return "-";
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

// A line for each row, its columns with two blanks between.
int print_table(const postgis::Result<postgis::Table>& table, const AdminOutput& to) {
  if (!table) return fail(to, table.error().sentence);
  if (to.json) {
    to.out << json_rows(*table) << '\n';
    return 0;
  }
  for (int row = 0; row < table->size; ++row) {
    const char* between = "";
    for (int column = 0; column < static_cast<int>(table->columns.size()); ++column) {
      const std::string_view text = table->rows.is_null(row, column) ? "-" : table->rows.text(row, column);
      to.out << std::exchange(between, "  ") << (text.empty() ? "-" : text);
    }
    to.out << '\n';
  }
  if (table->next) to.err << "there are more: --limit\n";
  return 0;
}

void print_trackers(const json::array& trackers, const AdminOutput& to) {
  for (const json::value& tracker : trackers) {
    const json::value& suggestion = tracker.at("suggestion");
    std::string rest =
        tracker.at("ambiguous").as_bool() ? "two of Persat's devices have this serial number" : "";
    if (rest.empty() && !suggestion.is_null())
      rest = fmt::format("{}? ({})", plain(suggestion.at("persat_device_id")), plain(suggestion.at("why")));
    to.out << fmt::format("{:<16} {:>8}  {:<7} {}  {}\n", plain(tracker.at("imei")),
                          plain(tracker.at("persat_device_id")), plain(tracker.at("match")),
                          plain(tracker.at("name")), rest);
  }
}

void print_report(const json::value& report, const AdminOutput& to) {
  to.out << fmt::format("{:<16} {:>8}  {:<7} {}\n", "tracker", "device", "by", "name");
  print_trackers(report.at("trackers").as_array(), to);
  for (const json::value& device : report.at("devices").as_array()) {
    if (!device.at("imei").is_null()) continue;
    to.out << fmt::format("{:<16} {:>8}  {:<7} {} {}  serial number '{}'\n", "-", plain(device.at("id")), "-",
                          plain(device.at("first_name")), plain(device.at("last_name")),
                          plain(device.at("serial_number")));
  }
  for (const json::value& difference : report.at("differences").as_array())
    to.out << fmt::format("{:<16} {} is {} here, {} at Persat\n", plain(difference.at("imei")),
                          plain(difference.at("field")), plain(difference.at("local")),
                          plain(difference.at("persat")));
  for (const json::value& mistake : report.at("table").at("mistakes").as_array())
    to.err << "rastro: persat.device_table: " << plain(mistake) << '\n';
  for (const json::value& stranger : report.at("table").at("strangers").as_array())
    to.err << fmt::format("rastro: persat.device_table: {},{} matches nothing ({})\n",
                          plain(stranger.at("imei")), plain(stranger.at("persat_device_id")),
                          plain(stranger.at("why")));
}

int answer_match(const postgis::Result<bool>& done, const std::string& imei, const AdminOutput& to) {
  if (!done) return fail(to, done.error().sentence);
  if (!*done) return fail(to, "there is no device with the imei " + imei);
  if (to.json) to.out << json::serialize(json::object{{"imei", imei}}) << '\n';
  return 0;
}

// A line that is written over, where somebody is looking.
CataloguePull::OnPage show_progress(std::uint64_t& clients, const AdminOutput& to) {
  const bool looked_at = &to.err == &std::cerr && ::isatty(STDERR_FILENO) == 1;
  return [&clients, &to, looked_at](std::uint64_t read) {
    clients = read;
    if (looked_at) to.err << fmt::format("\r{} clients", read) << std::flush;
    return true;
  };
}

}  // namespace

int run_persat_status(const Config& config, const AdminOutput& to) {
  const auto status = postgis::PersatPulls(database_url(config)).status();
  if (!status) return fail(to, status.error().sentence);
  json::object all = json::parse(*status).as_object();
  all["configured"] = config.persat.configured();
  if (to.json) {
    to.out << json::serialize(all) << '\n';
    return 0;
  }
  if (!config.persat.configured()) to.out << "persat.api_key is not set\n";
  for (const auto& [part, members] : all) {
    if (!members.is_object()) continue;
    to.out << std::string(part) << '\n';
    for (const auto& [name, value] : members.get_object())
      to.out << fmt::format("  {:<17} {}\n", std::string(name), plain(value));
  }
  return 0;
}

int run_persat_sync(const Config& config, const AdminOutput& to) {
  if (!config.persat.configured()) return fail(to, "persat.api_key is not set");
  prometheus::Registry registry;
  CatalogueMetrics metrics(registry);
  CataloguePull pull(catalogue_options(config, database_url(config)), metrics);
  std::uint64_t clients = 0;
  const auto devices_trouble = pull.pull_devices();
  const auto clients_trouble = pull.pull_clients(show_progress(clients, to));
  if (::isatty(STDERR_FILENO) == 1) to.err << '\r';
  for (const auto& trouble : {devices_trouble, clients_trouble}) {
    if (trouble) fail(to, trouble->sentence);
  }
  const auto count = [](const prometheus::Counter& counter) {
    return static_cast<std::uint64_t>(counter.Value());
  };
  const json::object done{{"clients", clients},
                          {"added", count(metrics.clients_added)},
                          {"changed", count(metrics.clients_changed)},
                          {"removed", count(metrics.clients_removed)},
                          {"devices_changed", count(metrics.devices_changed)}};
  if (to.json) {
    to.out << json::serialize(done) << '\n';
  } else {
    to.out << fmt::format("{} clients read: {} added, {} changed, {} removed; {} devices changed\n", clients,
                          plain(done.at("added")), plain(done.at("changed")), plain(done.at("removed")),
                          plain(done.at("devices_changed")));
  }
  return devices_trouble || clients_trouble ? 1 : 0;
}

int run_persat_devices(const Config& config, const AdminOutput& to) {
  postgis::PersatDevices devices(database_url(config));
  const auto report = device_report_json(devices, config.persat.device_table);
  if (!report) return fail(to, report.error().sentence);
  if (to.json) {
    to.out << *report << '\n';
  } else {
    print_report(json::parse(*report), to);
  }
  return 0;
}

int run_persat_match(const Config& config, const std::string& imei, const std::string& persat_device_id,
                     const AdminOutput& to) {
  std::optional<std::int64_t> id;
  if (persat_device_id != "none") {
    const char* const end = persat_device_id.data() + persat_device_id.size();
    const auto read = std::from_chars(persat_device_id.data(), end, id.emplace());
    if (read.ec != std::errc() || read.ptr != end)
      return fail(to, "'" + persat_device_id + "' is neither the number of a device nor none", 2);
  }
  return answer_match(postgis::PersatDevices(database_url(config)).match_by_hand(imei, id, shell_actor()),
                      imei, to);
}

int run_persat_unmatch(const Config& config, const std::string& imei, const AdminOutput& to) {
  return answer_match(postgis::PersatDevices(database_url(config)).match_by_itself(imei, shell_actor()), imei,
                      to);
}

int run_persat_clients(const Config& config, int limit, const AdminOutput& to) {
  return print_table(postgis::PersatPulls(database_url(config)).without_position(0, limit), to);
}

int run_persat_conflicts(const Config& config, const std::string& kind, int limit, const AdminOutput& to) {
  return print_table(postgis::PersatPulls(database_url(config)).differences(kind, 0, limit), to);
}

int run_persat_resolve(const Config& config, const std::string& uid_client, const std::string& take,
                       const AdminOutput& to) {
  const auto resolution =
      take == "persat" ? postgis::Resolution::kTakePersat : postgis::Resolution::kTakeLocal;
  const auto resolved =
      postgis::PersatClients(database_url(config)).resolve(uid_client, resolution, shell_actor());
  if (!resolved) return fail(to, resolved.error().sentence);
  if (!*resolved) return fail(to, "Persat has told of no client with the number " + uid_client);
  if (to.json) to.out << json::serialize(json::object{{"uid_client", uid_client}}) << '\n';
  return 0;
}

int run_persat_events(const Config& config, const std::string& state, int limit, const AdminOutput& to) {
  return print_table(postgis::PersatPulls(database_url(config)).events(state, 0, limit), to);
}

}  // namespace rastro
