// A private PostgreSQL with PostGIS and pg_partman for `database.url: embedded`: made on first use, reachable
// by its unix socket only, running on when the gateway crashes and taken over by the next one. The only place
// that knows processes. Blocking; one thread at a time. The caller sees to it that one program at a time uses
// a data folder.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "pipeline/postgis/failure.h"
#include "pipeline/postgis/server_folder.h"

namespace rastro::postgis {

class EmbeddedServer {
 public:
  struct Options {
    std::string data_dir;
    // Crash recovery after a day of heavy load is within this; when it is not, start() can be called again
    // and goes on waiting for the same server.
    std::chrono::milliseconds start_deadline = std::chrono::seconds(120);
    // A fast shutdown writes a last checkpoint. After the deadline the server is ended at once and recovers
    // next time.
    std::chrono::milliseconds stop_deadline = std::chrono::seconds(60);
    // false: what is stored need not survive a loss of power. For clusters that tests throw away.
    bool durable = true;
  };

  explicit EmbeddedServer(Options options) : options_(std::move(options)) {}
  ~EmbeddedServer();
  EmbeddedServer(const EmbeddedServer&) = delete;
  EmbeddedServer& operator=(const EmbeddedServer&) = delete;

  // Makes the data on first use, takes over a server that runs on the folder already or starts one, and waits
  // until it takes connections. Also brings back one that died; does nothing when all is well.
  Result<void> start();

  // Fast shutdown: open transactions are rolled back.
  Result<void> stop();

  // Whether the process is there. Cheap enough for every second.
  bool alive();

  // Database rastro as role rastro. Good after start().
  std::string connection_url() const { return url("rastro", "rastro"); }
  // As the cluster's superuser, for maintenance and tests.
  std::string admin_url(std::string_view database) const { return url("postgres", database); }

  const std::string& data_dir() const { return options_.data_dir; }
  pid_t pid() const { return pid_; }
  // start() found the server running.
  bool taken_over() const { return pid_ != 0 && !child_; }

 private:
  std::string url(std::string_view user, std::string_view database) const;
  Result<void> make_data(const std::filesystem::path& programs);
  pid_t find_running() const;
  Result<void> launch(const std::filesystem::path& programs, std::chrono::steady_clock::time_point deadline);
  Result<void> wait_until_ready(std::chrono::steady_clock::time_point deadline);
  bool wait_until_gone(std::chrono::milliseconds patience);
  Failure died() const;

  Options options_;
  std::optional<ServerFolder> folder_;
  ServerUser user_;
  pid_t pid_ = 0;       // 0: none that we know
  bool child_ = false;  // pid_ is our child, to be reaped
  std::uintmax_t log_offset_ = 0;
};

}  // namespace rastro::postgis
