#include "pipeline/postgis/connection_pool.h"

namespace rastro::postgis {
namespace {

// A reader that takes longer is told to ask for less, and does not hold a connection from the others.
constexpr const char* kForReading =
    "SET default_transaction_read_only = on; SET timezone = 'UTC'; SET datestyle = 'ISO'; "
    "SET statement_timeout = '20s'";

}  // namespace

Result<std::unique_ptr<Connection>> ConnectionPool::take() {
  {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return free_ > 0; });
    --free_;
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      if (!connection->lost()) return connection;
    }
  }
  auto opened = Connection::open(url_);
  if (!opened) return opened.error();
  auto connection = std::make_unique<Connection>(std::move(*opened));
  if (const auto set = connection->run(kForReading); !set) return set.error();
  return connection;
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    ++free_;
    if (connection && !connection->lost()) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

Result<Rows> ConnectionPool::query(const char* sql, std::initializer_list<std::string> parameters) {
  auto connection = take();
  if (!connection) {
    give_back(nullptr);
    return connection.error();
  }
  auto rows = (*connection)->query(sql, parameters);
  give_back(std::move(*connection));
  return rows;
}

}  // namespace rastro::postgis
