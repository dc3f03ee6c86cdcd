// persat_sandbox: a stand-in for Persat's API that counts what it is sent and misbehaves on request.
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "tests/persat_sandbox/server.h"

namespace {

constexpr const char* kAbout =
    R"(A stand-in for Persat's API (https://api.persat.com.ar/v1), for tests and trials.
It answers as Persat documents where Persat documents. The push endpoint is not public: its path here
(--push-path) and the body that it takes are the sandbox's own invention.

  POST <push-path>                          {"device_id", "timestamp", "latitude", "longitude", …}
  GET  /v1/devices, /v1/devices/{id}, /v1/devices-lasttrackingpoint/{id}
  GET  /sandbox/summary                     what has arrived
  POST /sandbox/faults                      {"mode": none|status|stall|cut|html|success_false|retry_after|huge,
                                             "status": n, "share": 1.0, "seconds": 1, "requests": n}
  POST /sandbox/reset

The first line of its output is the address that it listens on.)";

std::string read_line(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line) || line.empty()) throw std::runtime_error("no key in " + file);
  return line;
}

int run(const std::string& bind, persat_sandbox::Options options) {
  const std::size_t colon = bind.rfind(':');
  if (colon == std::string::npos) throw std::runtime_error("--bind is ADDRESS:PORT");
  persat_sandbox::Sandbox sandbox(std::move(options));
  const auto port = static_cast<std::uint16_t>(std::stoul(bind.substr(colon + 1)));
  persat_sandbox::Server server(bind.substr(0, colon), port, sandbox);
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
  app.add_option("--devices", devices, "the device ids that exist, with commas between; without: all")
      ->delimiter(',');
  CLI11_PARSE(app, argc, argv);
  options.device_list = {devices.begin(), devices.end()};
  try {
    if (!key_file.empty()) options.key = read_line(key_file);
    return run(bind, std::move(options));
  } catch (const std::exception& e) {
    std::cerr << "persat_sandbox: " << e.what() << '\n';
    return 1;
  }
}
