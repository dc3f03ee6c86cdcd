// Stands between a client and a PostgreSQL server's unix socket and can cut the line around a COMMIT, so that
// a test can make both kinds of a commit in doubt, or at any byte. One client at a time. Tests only.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "tests/support/test_database.h"

namespace rastro::test {

class CuttingRelay {
 public:
  enum class Cut { kNever, kBeforeCommit, kAfterCommit };
  enum class Direction { kToServer, kToClient };

  explicit CuttingRelay(std::string server_socket);
  ~CuttingRelay();
  CuttingRelay(const CuttingRelay&) = delete;
  CuttingRelay& operator=(const CuttingRelay&) = delete;

  // The folder to give as host.
  const std::string& host() const { return folder_.path(); }

  // The next COMMIT is cut off once: before the server hears of it, or after it has done it and before the
  // client hears so.
  void cut(Cut where) { cut_ = where; }
  // The line is cut once after that many bytes more in that direction; those before it arrive.
  void cut_after(Direction direction, std::int64_t bytes) { left_[index(direction)] = bytes; }
  // Bytes so far.
  std::int64_t carried(Direction direction) const { return carried_[index(direction)]; }

 private:
  void serve();
  void relay(int client, int server);
  static std::size_t index(Direction direction) { return static_cast<std::size_t>(direction); }

  std::string server_socket_;
  TemporaryFolder folder_;
  int listener_ = -1;
  std::atomic<Cut> cut_ = Cut::kNever;
  std::array<std::atomic<std::int64_t>, 2> left_ = {-1, -1};  // until the cut; negative: there is none
  std::array<std::atomic<std::int64_t>, 2> carried_ = {0, 0};
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace rastro::test
