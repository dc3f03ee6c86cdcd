// The socket of one simulated device, TCP or UDP. Nothing waits but a write that finds the buffer full. Owns
// the descriptor; one thread.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "protocols/session.h"

namespace rastro {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

// Nothing when the text is no IPv4 or IPv6 address.
std::optional<SocketAddress> make_socket_address(const std::string& host, std::uint16_t port);

class DeviceSocket {
 public:
  DeviceSocket() = default;
  ~DeviceSocket() { close(); }
  DeviceSocket(DeviceSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  DeviceSocket& operator=(DeviceSocket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  // Closes what was open and begins to connect; without a source the system chooses one. False when that
  // cannot be.
  bool connect(Transport transport, const SocketAddress& to, const SocketAddress* source);
  // Whether the connection that was begun has come about; asked once the socket is writable.
  bool connected() const;
  bool write(ByteView bytes) const;

  enum class Read { kBytes, kNothing, kEnd };
  Read read(std::span<std::uint8_t> to, std::size_t& got) const;

  int descriptor() const { return descriptor_; }
  void close();

 private:
  int descriptor_ = -1;
};

}  // namespace rastro
