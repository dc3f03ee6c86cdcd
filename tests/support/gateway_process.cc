#include "tests/support/gateway_process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "pipeline/postgis/connection.h"
#include "pipeline/postgis/server_folder.h"
#include "tests/support/free_port.h"
#include "tests/support/prepared_cluster.h"

namespace rastro::test {
namespace {

// The number at the end of a line of metrics.
double sample_value(std::string_view line) {
  return std::strtod(std::string(line.substr(line.rfind(' ') + 1)).c_str(), nullptr);
}

bool is_sample_of(std::string_view line, std::string_view name, const std::vector<std::string>& labels) {
  if (!line.starts_with(name)) return false;
  const char next = line.size() > name.size() ? line[name.size()] : ' ';
  if (next != '{' && next != ' ') return false;
  for (const std::string& label : labels) {
    if (line.find(label) == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

GatewayProcess::GatewayProcess(GatewayOptions options)
    : environment_(options.environment),
      config_file_(folder_.path() + "/rastro.yaml"),
      data_dir_(options.data_dir.empty() ? folder_.path() + "/data" : options.data_dir),
      gt06_(free_port()),
      teltonika_(free_port()),
      udp_(free_port(Transport::kUdp)),
      http_(free_port()) {
  write_config(options);
  if (!options.first_start && options.data_dir.empty()) copy_cluster(data_dir_);
}

GatewayProcess::~GatewayProcess() {
  // Nobody looks at how it ends here, and SIGTERM takes a second.
  kill();
  const pid_t database = database_pid();
  if (database != 0) {
    ::kill(database, SIGQUIT);
    eventually([&] { return database_pid() == 0; });
  }
  if (::testing::UnitTest::GetInstance()->Failed()) std::cerr << "the gateway's log:\n" << log() << '\n';
}

void GatewayProcess::write_config(const GatewayOptions& options) const {
  std::ofstream(config_file_) << "data_dir: " << data_dir_ << "\nlisteners:\n"
                              << "  - {protocol: gt06, transport: tcp, bind: \"127.0.0.1:" << gt06_ << "\"}\n"
                              << "  - {protocol: teltonika, transport: tcp, bind: \"127.0.0.1:" << teltonika_
                              << "\"}\n"
                              << "  - {protocol: teltonika, transport: udp, bind: \"127.0.0.1:" << udp_
                              << "\"}\n"
                              << "http: {bind: \"127.0.0.1:" << http_ << "\"}\n"
                              << "devices: {unknown: " << options.unknown_devices << "}\nshards: 2\n"
                              << options.yaml << '\n';
}

ChildProcess& GatewayProcess::launch() {
  const std::string output = folder_.path() + "/life" + std::to_string(++lives_);
  process_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{rastro_program(), "serve", "--config", config_file_}, output, environment_);
  return *process_;
}

bool GatewayProcess::start() {
  ChildProcess& gateway = launch();
  bool ready = false;
  eventually([&] {
    ready = gateway.out().find("rastro is ready:") != std::string::npos;
    return ready || gateway.poll().has_value();
  });
  return ready;
}

void GatewayProcess::kill() {
  if (!process_) return;
  process_->send(SIGKILL);
  process_->wait();
}

std::optional<int> GatewayProcess::stop() {
  if (!process_) return {};
  process_->send(SIGTERM);
  return process_->wait();
}

pid_t GatewayProcess::database_pid() const {
  pid_t pid = 0;
  std::ifstream file(data_dir_ + "/postgres/data/postmaster.pid");
  if (!(file >> pid) || ::kill(pid, 0) != 0) return 0;
  return pid;
}

void GatewayProcess::kill_database() {
  const pid_t pid = database_pid();
  if (pid != 0) ::kill(pid, SIGKILL);
}

std::uint16_t GatewayProcess::port_of(std::string_view protocol, Transport transport) const {
  if (protocol == "gt06") return gt06_;
  return transport == Transport::kTcp ? teltonika_ : udp_;
}

std::string GatewayProcess::log() const {
  std::string text;
  for (int life = 1; life <= lives_; ++life) {
    const std::string output = folder_.path() + "/life" + std::to_string(life);
    text += read_text(output + ".out") + read_text(output + ".err");
  }
  return text;
}

ProgramResult GatewayProcess::command(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--config", config_file_});
  return run_rastro(std::move(arguments), environment_);
}

HttpAnswer GatewayProcess::http_get(std::string_view path, std::string_view authorization) const {
  return test::http_get(http_, path, authorization);
}

HttpAnswer GatewayProcess::http_post(std::string_view path, std::string_view json,
                                     std::string_view authorization) const {
  return test::http_post(http_, path, json, authorization);
}

double GatewayProcess::metric(std::string_view name, const std::vector<std::string>& labels) const {
  std::istringstream lines(http_get("/metrics").body);
  double sum = 0;
  for (std::string line; std::getline(lines, line);) {
    if (is_sample_of(line, name, labels)) sum += sample_value(line);
  }
  return sum;
}

std::string GatewayProcess::database_url() const {
  return postgis::ServerFolder::open(data_dir_)->url("rastro", "rastro");
}

std::string GatewayProcess::query(const std::string& sql) const { return query_value(database_url(), sql); }

std::string query_value(const std::string& url, const std::string& sql) {
  auto connection = postgis::Connection::open(url);
  if (!connection) throw std::runtime_error(connection.error().sentence);
  const auto rows = connection->run(sql.c_str());
  if (!rows) throw std::runtime_error(rows.error().sentence + " in: " + sql);
  return rows->size() == 0 ? "" : std::string(rows->text(0, 0));
}

std::vector<std::string> open_books(const GatewayProcess& gateway) {
  std::vector<std::string> open;
  const auto metric = [&](std::string_view name) { return gateway.metric(name); };
  const auto check = [&](const char* sum, double left, double right) {
    if (left != right)
      open.push_back(sum + (": " + std::to_string(left)) + " against " + std::to_string(right));
  };
  eventually(
      [&] {
        open.clear();
        check("bytes received = framed + rejected", metric("rastro_bytes_received_total"),
              metric("rastro_bytes_framed_total") + metric("rastro_bytes_rejected_total"));
        check("records received = durable + refused", metric("rastro_records_received_total"),
              metric("rastro_records_durable_total") + metric("rastro_records_refused_total"));
        check("durable + recovered = stored + pending",
              metric("rastro_records_durable_total") + metric("rastro_records_recovered"),
              metric("rastro_records_stored_total") + metric("rastro_records_pending"));
        check("nothing is pending at rest", metric("rastro_records_pending"), 0);
        return open.empty();
      },
      std::chrono::seconds(15));
  return open;
}

}  // namespace rastro::test
