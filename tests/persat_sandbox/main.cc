// persat_sandbox: a stand-in for Persat's API that counts what it is sent and misbehaves on request.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/persat_sandbox/server.h"

namespace {

constexpr const char* kAbout =
    R"(A stand-in for Persat's API (https://api.persat.com.ar/v1), for tests and trials.
It answers as Persat documents where Persat documents. The push endpoint is not public: its path here
(--push-path) and the body that it takes are the sandbox's own invention.

  POST <push-path>        {"device_id", "timestamp", "latitude", "longitude", …}, or an array of
                          them, which is taken whole or not at all
  GET  /v1/devices[/ID], POST /v1/devices/ID/working_hours, POST /v1/working-hours, GET /v1/zones
  GET  /v1/devices-lasttrackingpoint/ID, /v1/devices-visits/DATE/ID, /v1/devices-pathtrack-sumary/DATE/ID
  GET, POST, PUT, DELETE  /v1/clients[/UID]; GET /v1/client-types, /v1/client-groups, /v1/client-custom-fields
  GET, POST, PUT          /v1/work-orders[/ID], POST /v1/work-orders/ID/cancel
  GET  /v1/work-orders/tracklink/ID, /v1/work-orders-schemas[/ID], /v1/work-orders-labels
  GET  /v1/deliveries[/ID], /v1/deliveryRoutes, /v1/deliveries-labels, /v1/deliveries-schemas
  GET  /v1/technician-users

  GET  /sandbox           a page that shows what arrived; /sandbox/summary: the same as JSON
  POST /sandbox/faults    {"mode": none|status|stall|cut|slow|html|success_false|retry_after|huge, "status": n,
                           "share": 1.0, "seconds": 1, "requests": n, "bytes": n,
                           "path": what the path begins with; without: the push endpoint}
  POST /sandbox/clients/UID  members to change, or of a new client; {"gone": true} deletes it
  POST /sandbox/work-orders/ID/close
                          these two as people do them at Persat's own pages: --webhook-url is told
  POST /sandbox/devices/ID   members to change, such as serial_number
  POST /sandbox/work-orders  {"state": "ASIGNADA", "uid_client", "labels_ids", "date", "starts_min"}: an order in any state
  POST /sandbox/reset

To try Rastro without an account:
  persat_sandbox --bind 127.0.0.1:8090 --clients 200 --devices 10 --work-orders 100 --deliveries 50
and forward.base_url: http://127.0.0.1:8090/v1, forward.path: /tracking/positions, any key.

The first line of its output is the address that it listens on.)";

std::string read_line(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line) || line.empty()) throw std::runtime_error("no key in " + file);
  return line;
}

std::chrono::sys_days parse_day(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  char dash = '-';
  std::istringstream in(text);
  in >> year >> dash >> month >> dash >> day;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (in.fail() || !date.ok()) throw std::runtime_error("--today is YYYY-MM-DD");
  return date;
}

int run(const std::string& bind, const std::string& webhook_url, persat_sandbox::Options options) {
  const std::size_t colon = bind.rfind(':');
  if (colon == std::string::npos) throw std::runtime_error("--bind is ADDRESS:PORT");
  persat_sandbox::Sandbox sandbox(std::move(options));
  const auto port = static_cast<std::uint16_t>(std::stoul(bind.substr(colon + 1)));
  persat_sandbox::Server server(bind.substr(0, colon), port, sandbox, webhook_url);
  std::cout << "persat_sandbox listens on " << server.url() << std::endl;
  server.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{kAbout};
  std::string bind = "127.0.0.1:0";
  std::string key_file;
  std::vector<std::int64_t> devices;
  persat_sandbox::Options options;
  options.push_path = "/v1/tracking/positions";
  app.add_option("--bind", bind, "address and port; port 0: a free one")->capture_default_str();
  app.add_option("--key", options.key, "the API key to ask for; without one any will do")
      ->envname("PERSAT_SANDBOX_KEY");
  app.add_option("--key-file", key_file, "file with the API key, out of sight of other users");
  app.add_option("--push-path", options.push_path, "the whole path of the push endpoint")
      ->capture_default_str();
  app.add_option("--device-ids", devices,
                 "device ids that exist, with commas between; no devices at all: any")
      ->delimiter(',');
  std::string webhook_url;
  app.add_option("--webhook-url", webhook_url,
                 "http://… that is told of what people change, as Persat's webhook does");
  std::string today;
  app.add_option("--devices", options.sizes.devices, "how many devices there are, with the ids 1, 2, …");
  app.add_option("--clients", options.sizes.clients, "how many clients, in Buenos Aires");
  app.add_option("--work-orders", options.sizes.work_orders, "how many work orders; needs clients");
  app.add_option("--deliveries", options.sizes.deliveries, "how many deliveries");
  app.add_option("--seed", options.sizes.seed, "the same seed makes the same data")->capture_default_str();
  app.add_option("--today", today, "the day that the data is made around, YYYY-MM-DD; without: today (UTC)");
  CLI11_PARSE(app, argc, argv);
  options.device_list = {devices.begin(), devices.end()};
  try {
    options.sizes.today = today.empty()
                              ? std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())
                              : parse_day(today);
    if (!key_file.empty()) options.key = read_line(key_file);
    return run(bind, webhook_url, std::move(options));
  } catch (const std::exception& e) {
    std::cerr << "persat_sandbox: " << e.what() << '\n';
    return 1;
  }
}
