#include "tests/support/cutting_relay.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace rastro::test {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kCommit =
    "Q\0\0\0\x0B"
    "COMMIT\0"sv;  // the protocol's simple query
constexpr int kTickMs = 20;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

bool forward(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

CuttingRelay::CuttingRelay(std::string server_socket) : server_socket_(std::move(server_socket)) {
  const sockaddr_un address = address_of(folder_.path() + "/.s.PGSQL.5432");
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 8) != 0)
    throw std::runtime_error("the relay cannot listen");
  thread_ = std::thread([this] { serve(); });
}

CuttingRelay::~CuttingRelay() {
  ending_ = true;
  thread_.join();
  ::close(listener_);
}

void CuttingRelay::serve() {
  while (!ending_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, kTickMs) <= 0) continue;
    const int client = ::accept(listener_, nullptr, nullptr);
    const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = address_of(server_socket_);
    if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      relay(client, server);
    ::close(client);
    ::close(server);
  }
}

void CuttingRelay::relay(int client, int server) {
  std::array<char, 65536> buffer;
  bool committing = false;
  while (!ending_) {
    std::array<pollfd, 2> ends = {pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    if (::poll(ends.data(), ends.size(), kTickMs) <= 0) continue;
    for (std::size_t from = 0; from < ends.size(); ++from) {
      if (ends[from].revents == 0) continue;
      const ssize_t read = ::recv(ends[from].fd, buffer.data(), buffer.size(), 0);
      if (read <= 0) return;
      const std::string_view bytes(buffer.data(), static_cast<std::size_t>(read));
      if (from == 1 && committing) return;  // the answer to the COMMIT goes nowhere
      if (from == 0 && cut_ != Cut::kNever && bytes == kCommit) {
        if (cut_.exchange(Cut::kNever) == Cut::kBeforeCommit) return;
        committing = true;
      }
      const std::int64_t left = left_[from];
      const bool last = left >= 0 && left <= read;
      const std::string_view carried = last ? bytes.substr(0, static_cast<std::size_t>(left)) : bytes;
      left_[from] = last || left < 0 ? -1 : left - read;
      carried_[from] += static_cast<std::int64_t>(carried.size());
      if (!forward(ends[1 - from].fd, carried) || last) return;
    }
  }
}

}  // namespace rastro::test
