// The real program, `rastro serve`, with a configuration and data of its own in a temporary folder. It can be
// killed and started again on the same data. What it logged is shown when a test has failed. Tests only; one
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/child_process.h"
#include "tests/support/test_database.h"
#include "tests/support/wire.h"

namespace rastro::test {

struct GatewayOptions {
  std::string unknown_devices = "accept";
  std::string yaml;           // further keys
  std::string data_dir = {};  // instead of a folder of its own
  bool first_start = false;   // on an empty folder; otherwise on one where a gateway has made its database
  std::vector<std::string> environment = {};
};

class GatewayProcess {
 public:
  explicit GatewayProcess(GatewayOptions options = {});
  ~GatewayProcess();
  GatewayProcess(const GatewayProcess&) = delete;
  GatewayProcess& operator=(const GatewayProcess&) = delete;

  // Starts, also again on the same data, and waits for the ready line; false when it ended before, or never
  // came.
  bool start();
  // SIGKILL, as a crash does it: the private database runs on.
  void kill();
  // SIGTERM; the exit code.
  std::optional<int> stop();
  // Only starts: for gateways that are expected to fail.
  ChildProcess& launch();
  ChildProcess& process() { return *process_; }

  // The private database's postmaster; 0 when there is none.
  pid_t database_pid() const;
  void kill_database();

  std::uint16_t gt06_port() const { return gt06_; }
  std::uint16_t teltonika_port() const { return teltonika_; }
  std::uint16_t udp_port() const { return udp_; }
  std::uint16_t http_port() const { return http_; }
  std::uint16_t port_of(std::string_view protocol, Transport transport) const;
  const std::string& config_file() const { return config_file_; }
  const std::string& data_dir() const { return data_dir_; }
  // What it said in all its lives.
  std::string log() const;

  // Runs another command on the same configuration.
  ProgramResult command(std::vector<std::string> arguments) const;

  HttpAnswer http_get(std::string_view path, std::string_view authorization = {}) const;
  HttpAnswer http_post(std::string_view path, std::string_view json, std::string_view authorization) const;
  // The sum of the samples of that name whose labels contain each of `labels` (`reason="bad_crc"`).
  double metric(std::string_view name, const std::vector<std::string>& labels = {}) const;
  bool ready() const { return http_get("/readyz").status == 200; }

  // The first value of the first row; "" when null or no row. Throws when the database does not answer.
  std::string query(const std::string& sql) const;
  std::int64_t count(const std::string& sql) const { return std::stoll(query(sql)); }
  std::string database_url() const;

 private:
  void write_config(const GatewayOptions& options) const;

  TemporaryFolder folder_;
  std::vector<std::string> environment_;
  std::string config_file_;
  std::string data_dir_;
  std::uint16_t gt06_;
  std::uint16_t teltonika_;
  std::uint16_t udp_;
  std::uint16_t http_;
  int lives_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

// The first value of the first row that the statement gives; "" when null or no row. Throws when it cannot.
std::string query_value(const std::string& url, const std::string& sql);

// Which of the sums do not hold, as sentences; empty when all do. Waits until what is pending is stored.
//   bytes in = framed + rejected; received = durable + refused; durable (with what waited at the start) =
//   committed + duplicate + dead letters + unreadable + pending
std::vector<std::string> open_books(const GatewayProcess& gateway);

}  // namespace rastro::test
