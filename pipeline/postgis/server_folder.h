// Where a private server keeps its things under a data folder, which installed PostgreSQL it runs with and as
// which user. Files only, no processes (embedded_server.h has those). Start-up code; one thread.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/postgis/failure.h"

namespace rastro::postgis {

// PostgreSQL refuses to run as root; started by root, the server runs as `postgres`, or `nobody` where there
// is none.
struct ServerUser {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  bool other = false;  // somebody else than who we are
};

Result<ServerUser> find_server_user();

class ServerFolder {
 public:
  // Fails, with what to do about it, when no server could run there.
  static Result<ServerFolder> open(const std::filesystem::path& data_dir);

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path data() const { return root_ / "data"; }
  std::filesystem::path unfinished_data() const { return root_ / "data.new"; }
  std::filesystem::path run() const { return root_ / "run"; }
  std::filesystem::path log() const { return root_ / "server.log"; }
  std::filesystem::path socket_lock() const { return run() / ".s.PGSQL.5432.lock"; }
  std::filesystem::path pid_file() const { return data() / "postmaster.pid"; }

  std::string url(std::string_view user, std::string_view database) const;

  // Makes the folders, owned by the user of the server and closed to others, and says who cannot enter where.
  Result<void> prepare(const ServerUser& user) const;

  // The folder with initdb and postgres: the version that made the data, or else the newest that has PostGIS
  // and pg_partman, or else the one in PATH.
  Result<std::filesystem::path> find_programs() const;

  // What the server wrote after `offset`, 64 KiB at most: processes of one that was killed write there too.
  std::string log_since(std::uintmax_t offset) const;
  // The last lines of that, for an error sentence.
  std::string log_tail(std::uintmax_t offset) const;

 private:
  explicit ServerFolder(std::filesystem::path root) : root_(std::move(root)) {}

  std::filesystem::path root_;
};

}  // namespace rastro::postgis
