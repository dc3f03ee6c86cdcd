// Stands between a client and a PostgreSQL server's unix socket and can cut the line around a COMMIT, so that
// a test can make both kinds of a commit in doubt. One client at a time. Tests only.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "tests/support/test_database.h"

namespace rastro::test {

class CuttingRelay {
 public:
  enum class Cut { kNever, kBeforeCommit, kAfterCommit };

  explicit CuttingRelay(std::string server_socket);
  ~CuttingRelay();
  CuttingRelay(const CuttingRelay&) = delete;
  CuttingRelay& operator=(const CuttingRelay&) = delete;

  // The folder to give as host.
  const std::string& host() const { return folder_.path(); }

  // The next COMMIT is cut off once: before the server hears of it, or after it has done it and before the
  // client hears so.
  void cut(Cut where) { cut_ = where; }

 private:
  void serve();
  void relay(int client, int server);

  std::string server_socket_;
  TemporaryFolder folder_;
  int listener_ = -1;
  std::atomic<Cut> cut_ = Cut::kNever;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace rastro::test
