#include "tests/support/wire.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "schema/json.h"
#include "tests/support/child_process.h"

namespace rastro::test {
namespace {

constexpr std::size_t kMaxDatagram = 65536;

int type_of(Transport transport) { return transport == Transport::kTcp ? SOCK_STREAM : SOCK_DGRAM; }

sockaddr_in local_address(std::uint16_t port, const std::string& host = "127.0.0.1") {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  return address;
}

// The one form in which the socket calls take an address.
const sockaddr* generic(const sockaddr_in& address) { return reinterpret_cast<const sockaddr*>(&address); }

HttpAnswer http_request(std::uint16_t port, const std::string& what, std::string_view authorization,
                        std::string_view json) {
  std::string request = what + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  if (!authorization.empty()) request += "Authorization: " + std::string(authorization) + "\r\n";
  if (!json.empty()) {
    request += "Content-Type: application/json\r\nContent-Length: " + std::to_string(json.size()) + "\r\n";
  }
  Wire wire(port);
  wire.send(bytes_of_text(request + "\r\n" + std::string(json)));
  const std::string text = wire.read_all();
  const std::size_t body = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.1 ") || body == std::string::npos) return {};
  return {std::atoi(text.c_str() + 9), text.substr(body + 4)};
}

}  // namespace

Bytes from_hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ') digits += c;
  }
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::string to_hex(ByteView bytes) {
  std::string out;
  append_hex(bytes, out);
  return out;
}

Bytes bytes_of_text(std::string_view text) { return {text.begin(), text.end()}; }

Bytes operator+(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Wire::Wire(std::uint16_t port, Transport transport, const std::string& from)
    : transport_(transport), socket_(::socket(AF_INET, type_of(transport) | SOCK_CLOEXEC, 0)) {
  const sockaddr_in address = local_address(port);
  if (!from.empty()) {
    const sockaddr_in own = local_address(0, from);
    const int share_ports = 1;  // with connections to elsewhere
    ::setsockopt(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &share_ports, sizeof(share_ports));
    ::bind(socket_, generic(own), sizeof(own));
  }
  if (::connect(socket_, generic(address), sizeof(address)) == 0) return;
  const std::error_code error(errno, std::generic_category());
  // Somebody listens, and has sent it away already.
  if (error == std::errc::connection_reset || error == std::errc::broken_pipe) return;
  ::close(socket_);
  throw std::system_error(error, "connect to port " + std::to_string(port));
}

Wire::~Wire() {
  if (socket_ >= 0) ::close(socket_);
}

Wire::Wire(Wire&& other) noexcept : transport_(other.transport_), socket_(std::exchange(other.socket_, -1)) {}

bool Wire::send(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Wire::readable() {
  pollfd wanted{socket_, POLLIN, 0};
  return ::poll(&wanted, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count())) == 1;
}

Bytes Wire::read(std::size_t size) {
  Bytes got;
  Bytes buffer(kMaxDatagram);
  while (got.size() < size && readable()) {
    const std::size_t wanted = transport_ == Transport::kUdp ? buffer.size() : size - got.size();
    const ssize_t count = ::recv(socket_, buffer.data(), std::min(buffer.size(), wanted), 0);
    if (count <= 0) break;
    got.insert(got.end(), buffer.begin(), buffer.begin() + count);
    if (transport_ == Transport::kUdp) break;
  }
  return got;
}

bool Wire::closed() {
  std::uint8_t byte = 0;
  return readable() && ::recv(socket_, &byte, 1, 0) <= 0;
}

std::string Wire::read_all() {
  std::string text;
  Bytes buffer(kMaxDatagram);
  while (readable()) {
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count <= 0) break;
    text.append(buffer.begin(), buffer.begin() + count);
  }
  return text;
}

void Wire::end_sending() { ::shutdown(socket_, SHUT_WR); }

HttpAnswer http_get(std::uint16_t port, std::string_view path, std::string_view authorization) {
  return http_request(port, "GET " + std::string(path), authorization, {});
}

HttpAnswer http_post(std::uint16_t port, std::string_view path, std::string_view json,
                     std::string_view authorization) {
  return http_request(port, "POST " + std::string(path), authorization, json);
}

}  // namespace rastro::test
