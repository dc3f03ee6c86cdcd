#include "gateway/commands/simulate/device_socket.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace rastro {
namespace {

// A gateway that takes nothing for this long is as good as gone.
constexpr int kWritePatienceMs = 5000;

void set_option(int descriptor, int level, int option) {
  const int on = 1;  // what cannot be set costs speed, not truth
  ::setsockopt(descriptor, level, option, &on, sizeof(on));
}

const sockaddr* any(const SocketAddress& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address.storage));
}

}  // namespace

std::optional<SocketAddress> make_socket_address(const std::string& host, std::uint16_t port) {
  SocketAddress address;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    address.size = sizeof(v4);
    std::memcpy(&address.storage, &v4, sizeof(v4));
    return address;
  }
  if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) != 1) return {};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  address.size = sizeof(v6);
  std::memcpy(&address.storage, &v6, sizeof(v6));
  return address;
}

bool DeviceSocket::connect(Transport transport, const SocketAddress& to, const SocketAddress* source) {
  close();
  const int type = (transport == Transport::kTcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
  descriptor_ = ::socket(to.storage.ss_family, type, 0);
  if (descriptor_ < 0) return false;
  if (source != nullptr) {
    // The port is chosen when the target is known: else a source address would do for 28,000 targets in all.
    set_option(descriptor_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
    if (::bind(descriptor_, any(*source), source->size) != 0) return false;
  }
  if (transport == Transport::kTcp) set_option(descriptor_, IPPROTO_TCP, TCP_NODELAY);
  return ::connect(descriptor_, any(to), to.size) == 0 || errno == EINPROGRESS;
}

bool DeviceSocket::connected() const {
  int error = 0;
  socklen_t size = sizeof(error);
  return ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

bool DeviceSocket::write(ByteView bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return false;
    pollfd waiting{descriptor_, POLLOUT, 0};
    if (::poll(&waiting, 1, kWritePatienceMs) <= 0) return false;
  }
  return true;
}

DeviceSocket::Read DeviceSocket::read(std::span<std::uint8_t> to, std::size_t& got) const {
  const ssize_t size = ::recv(descriptor_, to.data(), to.size(), 0);
  got = size > 0 ? static_cast<std::size_t>(size) : 0;
  if (size > 0) return Read::kBytes;
  // A datagram that nobody was there to take is reported at the next call; it is sent again later.
  const bool passing = size < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNREFUSED);
  return passing ? Read::kNothing : Read::kEnd;
}

void DeviceSocket::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace rastro
