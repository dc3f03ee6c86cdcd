#include "tests/support/free_port.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace rastro::test {
namespace {

// Below what Linux itself gives to connections (from 32768): between the question and the server's bind
// nobody gets such a port by chance.
constexpr int kFirst = 10000;
constexpr int kBlock = 100;
constexpr int kBlocks = 220;

// A bound socket; -1 when the port is taken.
int take(int port, int type) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int socket = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  // The form in which the socket calls take an address.
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return socket;
  ::close(socket);
  return -1;
}

// The first port of a block of our own. It stays bound while the program runs, which tells the others.
int take_block() {
  for (int i = 0; i < kBlocks; ++i) {
    const int first = kFirst + (::getpid() + i) % kBlocks * kBlock;
    if (take(first, SOCK_STREAM) >= 0) return first;
  }
  throw std::runtime_error("no free ports");
}

}  // namespace

std::uint16_t free_port(Transport transport) {
  static int next = 0;
  static int end = 0;
  for (;;) {
    if (next == end) {
      next = take_block() + 1;
      end = next + kBlock - 1;
    }
    const int port = next++;
    const int socket = take(port, transport == Transport::kTcp ? SOCK_STREAM : SOCK_DGRAM);
    if (socket < 0) continue;
    ::close(socket);
    return static_cast<std::uint16_t>(port);
  }
}

}  // namespace rastro::test
