// A connection that is opened when it is needed, and again after it broke. Blocking; one thread. Nothing
// throws.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "pipeline/postgis/connection.h"

namespace rastro::postgis {

class KeptConnection {
 public:
  // Times in UTC; gives up on a statement after five seconds: who waits here may be the API's one thread.
  explicit KeptConnection(std::string url) : url_(std::move(url)) {}

  Result<Rows> query(const char* sql, std::initializer_list<std::string> parameters = {});
  // For more than one statement. Good until it is lost.
  Result<Connection*> get();

 private:
  const std::string url_;
  std::optional<Connection> connection_;
};

}  // namespace rastro::postgis
