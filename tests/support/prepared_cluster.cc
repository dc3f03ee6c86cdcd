#include "tests/support/prepared_cluster.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <type_traits>

#include "pipeline/postgis/connection.h"
#include "pipeline/postgis/embedded_server.h"
#include "pipeline/postgis/migrations.h"
#include "tests/support/temporary_folder.h"

namespace rastro::test {
namespace {

namespace fs = std::filesystem;

template <typename T>
T value_of(postgis::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().sentence);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// The cluster that a program makes for itself.
struct OwnCluster {
  TemporaryFolder folder;
  const std::string path = folder.path() + "/cluster";

  OwnCluster() { make_cluster(path); }
};

std::string cluster_folder() {
  if (const char* given = std::getenv("RASTRO_TEST_CLUSTER")) return given;
  static const OwnCluster own;
  return own.path;
}

}  // namespace

void make_cluster(const std::string& folder) {
  // Not in `folder` itself: the server's user may not be able to enter it.
  const TemporaryFolder made;
  postgis::EmbeddedServer server({.data_dir = made.path(), .durable = false});
  value_of(server.start());
  value_of(
      value_of(postgis::Connection::open(server.admin_url("postgres")))
          .run((std::string("CREATE DATABASE ") + kBareDatabase + " TEMPLATE rastro OWNER rastro").c_str()));
  value_of(postgis::migrate(server.connection_url()));
  value_of(server.stop());
  fs::remove_all(folder);
  fs::copy(value_of(postgis::ServerFolder::open(made.path())).data(), folder, fs::copy_options::recursive);
}

void copy_cluster(const std::string& data_dir) {
  const auto user = value_of(postgis::find_server_user());
  const auto folder = value_of(postgis::ServerFolder::open(data_dir));
  value_of(folder.prepare(user));
  fs::copy(cluster_folder(), folder.data(), fs::copy_options::recursive);
  if (!user.other) return;
  const auto give = [&](const fs::path& path) {
    if (::lchown(path.c_str(), user.uid, user.gid) != 0)
      throw std::runtime_error("cannot give " + path.string() + " to the user " + user.name);
  };
  give(folder.data());
  for (const auto& entry : fs::recursive_directory_iterator(folder.data())) give(entry.path());
}

}  // namespace rastro::test
