#include "tests/support/test_database.h"

#include <stdexcept>

#include "pipeline/postgis/connection.h"
#include "tests/support/prepared_cluster.h"

namespace rastro::test {
namespace {

struct Cluster {
  TemporaryFolder folder;
  postgis::EmbeddedServer server;

  explicit Cluster(bool durable) : server({.data_dir = folder.path(), .durable = durable}) {
    copy_cluster(folder.path());
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

}  // namespace

postgis::EmbeddedServer& TestDatabase::server(bool durable) {
  static Cluster cluster(durable);
  return cluster.server;
}

TestDatabase::TestDatabase(bool migrated) {
  static int count = 0;
  name_ = "case_" + std::to_string(++count);
  // By copying files, which takes a third of the time of the usual way, through the write-ahead log.
  run(server().admin_url("postgres"), "CREATE DATABASE " + name_ + " TEMPLATE " +
                                          (migrated ? "rastro" : kBareDatabase) +
                                          " STRATEGY file_copy OWNER rastro");
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
