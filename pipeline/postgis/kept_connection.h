// A connection that is opened when it is needed, and again after it broke; if wanted it hears what a channel
// is told. Blocking; one thread. Nothing throws.
#pragma once

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>

#include "pipeline/postgis/connection.h"

namespace rastro::postgis {

class KeptConnection {
 public:
  // Times in UTC; gives up on a statement after five seconds: who waits here may be the API's one thread.
  explicit KeptConnection(std::string url);
  // Of a thread that has nothing else to do: the same after thirty seconds. Listens to the channel.
  KeptConnection(std::string url, const std::string& channel);

  Result<Rows> query(const char* sql, std::initializer_list<std::string> parameters = {});
  // For more than one statement. Good until it is lost.
  Result<Connection*> get();
  // Ends it, and with it every lock that it has.
  void drop() { connection_.reset(); }

  // True when the channel may have been told something since the last call: also when the connection was made
  // anew, as what was said before nobody has heard. False when `other` (a file descriptor; -1: none) can be
  // read, or when the time is over.
  Result<bool> wait(int other, std::chrono::milliseconds timeout);

 private:
  const std::string url_;
  const std::string prepare_session_;
  std::optional<Connection> connection_;
  bool heard_ = false;  // something, and wait() has not told it yet
};

}  // namespace rastro::postgis
