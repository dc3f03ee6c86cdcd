// A few connections for reading, opened when needed and again after they broke. Any thread; who asks while
// all are in use waits. Nothing throws.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "pipeline/postgis/connection.h"

namespace rastro::postgis {

class ConnectionPool {
 public:
  // At most `most` at once. Each is read-only, in UTC, and gives up on a statement after some seconds.
  ConnectionPool(std::string url, std::size_t most) : url_(std::move(url)), free_(most) {}

  Result<Rows> query(const char* sql, std::initializer_list<std::string> parameters);

 private:
  Result<std::unique_ptr<Connection>> take();
  void give_back(std::unique_ptr<Connection> connection);

  const std::string url_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::size_t free_;                               // that may be taken; protected by mutex_
  std::vector<std::unique_ptr<Connection>> idle_;  // of those, the open ones; protected by mutex_
};

}  // namespace rastro::postgis
