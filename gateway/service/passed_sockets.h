// Sockets that the service manager has opened and passed on (man sd_listen_fds): connections that come while
// the gateway is started again wait in them and are not refused. One thread, at the start.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gateway/config/config.h"

namespace rastro {

class PassedSockets {
 public:
  // Takes those that LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES name; none when they are another process's.
  explicit PassedSockets(const Environment& environment);
  ~PassedSockets();
  PassedSockets(const PassedSockets&) = delete;
  PassedSockets& operator=(const PassedSockets&) = delete;

  // Of each listener the socket that is bound to its address or, failing that, bears its name
  // (socket_name()); -1 when none was passed. They stay this object's: who uses one makes a copy of the
  // descriptor.
  std::vector<int> find(std::span<const ListenerConfig> listeners);
  // Those that nobody found, in words.
  std::vector<std::string> unused() const;

 private:
  struct Socket {
    int descriptor = -1;
    std::string name;  // FileDescriptorName= of the socket unit
    std::string place;
    Transport transport = Transport::kTcp;
    bool used = false;
  };
  int find(const ListenerConfig& listener, bool by_name);

  std::vector<Socket> sockets_;
};

// "gt06-tcp": what a listener's socket is called.
std::string socket_name(const ListenerConfig& listener);

}  // namespace rastro
