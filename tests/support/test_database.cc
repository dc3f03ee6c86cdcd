#include "tests/support/test_database.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "pipeline/postgis/connection.h"
#include "pipeline/postgis/migrations.h"

namespace rastro::test {
namespace {

struct Cluster {
  TemporaryFolder folder;
  postgis::EmbeddedServer server{{.data_dir = folder.path()}};

  Cluster() {
    if (const auto started = server.start(); !started) throw std::runtime_error(started.error().sentence);
  }
};

postgis::Rows run(const std::string& url, const std::string& sql) {
  auto connection = postgis::Connection::open(url);
  if (!connection) throw std::runtime_error(connection.error().sentence);
  auto rows = connection->run(sql.c_str());
  if (!rows) throw std::runtime_error(rows.error().sentence + " in: " + sql);
  return std::move(*rows);
}

// The cluster's own database has the extensions and the rights on them; a copy of it is migrated once, and
// copied for each case, which takes half the time of migrating each.
const std::string& migrated_template() {
  static const std::string name = [] {
    postgis::EmbeddedServer& server = TestDatabase::server();
    run(server.admin_url("postgres"), "CREATE DATABASE migrated TEMPLATE rastro OWNER rastro");
    std::string url = server.admin_url("migrated");
    url.replace(url.rfind("postgres"), 8, "rastro");
    if (const auto report = postgis::migrate(url); !report) throw std::runtime_error(report.error().sentence);
    return "migrated";
  }();
  return name;
}

}  // namespace

TemporaryFolder::TemporaryFolder() : path_("/tmp/rastro-test-XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  ::chmod(path_.c_str(), 0711);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

postgis::EmbeddedServer& TestDatabase::server() {
  static Cluster cluster;
  return cluster.server;
}

TestDatabase::TestDatabase(bool migrated) {
  static int count = 0;
  name_ = "case_" + std::to_string(++count);
  run(server().admin_url("postgres"), "CREATE DATABASE " + name_ + " TEMPLATE " +
                                          (migrated ? migrated_template() : "rastro") + " OWNER rastro");
}

TestDatabase::~TestDatabase() {
  auto connection = postgis::Connection::open(server().admin_url("postgres"));
  if (connection) static_cast<void>(connection->run(("DROP DATABASE " + name_ + " WITH (FORCE)").c_str()));
}

std::string TestDatabase::admin_url() const { return server().admin_url(name_); }

std::string TestDatabase::url() const {
  std::string url = admin_url();
  url.replace(url.rfind("postgres"), 8, "rastro");
  return url;
}

std::string TestDatabase::socket() const {
  return postgis::ServerFolder::open(server().data_dir())->run() / ".s.PGSQL.5432";
}

std::string TestDatabase::value(const std::string& sql) const {
  const postgis::Rows rows = run(admin_url(), sql);
  return rows.size() == 0 ? "" : std::string(rows.text(0, 0));
}

}  // namespace rastro::test
