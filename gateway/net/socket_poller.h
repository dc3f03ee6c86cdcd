// Tells connections that their sockets can be read or written. One epoll set for all of a shard's, each
// socket in it once and edge-triggered, so that neither a read nor an idle connection costs a call or an
// allocation; Asio waits for the set as a whole. On the thread of the io_context.
#pragma once

#include <memory>
#include <vector>

#include "gateway/net/asio.h"

namespace rastro {

// What has happened to a socket. Told once: it can be read until it says would_block or gives less than was
// asked for, written until it says would_block.
struct SocketEvents {
  bool readable = false;
  bool writable = false;
  bool ended = false;  // nothing comes beyond what is there
};

class SocketPoller {
 public:
  class Watcher {
   public:
    virtual ~Watcher() = default;
    virtual void socket_ready(SocketEvents events) = 0;
  };

  // Throws boost::system::system_error.
  explicit SocketPoller(asio::io_context& io);

  // From now on the watcher is told of the socket's events, those before included.
  void add(int socket, Watcher& watcher, error_code& error);
  // Before the socket is closed. What is being told may still name the watcher, which lives until then and
  // ignores it.
  void remove(int socket, std::shared_ptr<Watcher> watcher);
  // Tells nothing more.
  void stop();

 private:
  void wait();
  void tell();

  asio::posix::stream_descriptor set_;
  bool telling_ = false;
  std::vector<std::shared_ptr<Watcher>> removed_;  // while telling
};

}  // namespace rastro
