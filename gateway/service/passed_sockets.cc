#include "gateway/service/passed_sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <sstream>

namespace rastro {
namespace {

// The manager passes from the fourth descriptor on (SD_LISTEN_FDS_START).
constexpr int kFirst = 3;

// As a listener's bind is written; empty for what is no Internet socket.
std::string place_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  std::array<char, INET6_ADDRSTRLEN> host{};
  if (address.ss_family == AF_INET) {
    const auto* const v4 = reinterpret_cast<const sockaddr_in*>(&address);
    ::inet_ntop(AF_INET, &v4->sin_addr, host.data(), host.size());
    return std::string(host.data()) + ":" + std::to_string(ntohs(v4->sin_port));
  }
  if (address.ss_family != AF_INET6) return {};
  const auto* const v6 = reinterpret_cast<const sockaddr_in6*>(&address);
  ::inet_ntop(AF_INET6, &v6->sin6_addr, host.data(), host.size());
  return "[" + std::string(host.data()) + "]:" + std::to_string(ntohs(v6->sin6_port));
}

bool is_stream(int descriptor) {
  int type = 0;
  socklen_t size = sizeof(type);
  return ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

}  // namespace

PassedSockets::PassedSockets(const Environment& environment) {
  const auto process = environment("LISTEN_PID");
  const auto count = environment("LISTEN_FDS");
  if (!process || !count || *process != std::to_string(::getpid())) return;
  std::istringstream names(environment("LISTEN_FDNAMES").value_or(""));
  for (int i = 0; i < std::atoi(count->c_str()); ++i) {
    Socket socket;
    socket.descriptor = kFirst + i;
    std::getline(names, socket.name, ':');
    ::fcntl(socket.descriptor, F_SETFD, FD_CLOEXEC);  // not for the private database
    socket.place = place_of(socket.descriptor);
    socket.transport = is_stream(socket.descriptor) ? Transport::kTcp : Transport::kUdp;
    sockets_.push_back(std::move(socket));
  }
}

PassedSockets::~PassedSockets() {
  for (const Socket& socket : sockets_) ::close(socket.descriptor);
}

std::vector<int> PassedSockets::find(std::span<const ListenerConfig> listeners) {
  std::vector<int> found(listeners.size(), -1);
  for (const bool by_name : {false, true}) {
    for (std::size_t i = 0; i < listeners.size(); ++i) {
      if (found[i] < 0) found[i] = find(listeners[i], by_name);
    }
  }
  return found;
}

int PassedSockets::find(const ListenerConfig& listener, bool by_name) {
  for (Socket& socket : sockets_) {
    if (socket.used || socket.transport != listener.transport || socket.place.empty()) continue;
    if (by_name ? socket.name != socket_name(listener) : socket.place != listener.bind) continue;
    socket.used = true;
    return socket.descriptor;
  }
  return -1;
}

std::vector<std::string> PassedSockets::unused() const {
  std::vector<std::string> texts;
  for (const Socket& socket : sockets_) {
    if (!socket.used) texts.push_back(socket.name + " (" + socket.place + ")");
  }
  return texts;
}

std::string socket_name(const ListenerConfig& listener) {
  return std::string(listener.protocol->name) + (listener.transport == Transport::kTcp ? "-tcp" : "-udp");
}

}  // namespace rastro
