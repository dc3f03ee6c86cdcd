// How many datagrams can be taken from a port at all: recvmmsg on a socket a thread, as the gateway has them,
// and nothing done with what came. Ends after the seconds, or a moment of silence once something has come.
//
// usage: udp_receive --port PORT [--threads 2] [--seconds 5]
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <iostream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/bench/ceilings/arguments.h"

namespace {

// As gateway/net/udp_listener.cc has them.
constexpr std::size_t kBatchSize = 64;
constexpr std::size_t kDatagramSize = 4096;
constexpr int kReceiveBuffer = 8 << 20;

int open_socket(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  const int on = 1;
  const timeval patience{0, 100'000};
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
  ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof(kReceiveBuffer));
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::bind(socket, static_cast<sockaddr*>(static_cast<void*>(&address)), sizeof(address)) != 0)
    throw std::runtime_error("cannot bind the port");
  return socket;
}

void receive(int socket, const std::atomic<bool>& stop, std::atomic<std::uint64_t>& received) {
  std::vector<char> bytes(kBatchSize * kDatagramSize);
  std::array<iovec, kBatchSize> vectors{};
  std::array<mmsghdr, kBatchSize> headers{};
  for (std::size_t i = 0; i < kBatchSize; ++i) {
    vectors[i] = {bytes.data() + i * kDatagramSize, kDatagramSize};
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  while (!stop) {
    const int got = ::recvmmsg(socket, headers.data(), kBatchSize, MSG_WAITFORONE, nullptr);
    if (got > 0) received += static_cast<std::uint64_t>(got);
  }
  ::close(socket);
}

int run(const rastro::bench::Arguments& arguments) {
  using Clock = std::chrono::steady_clock;
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> received{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < arguments.count("threads", 2); ++i) {
    const int socket = open_socket(static_cast<std::uint16_t>(arguments.count("port", 0)));
    threads.emplace_back([socket, &stop, &received] { receive(socket, stop, received); });
  }
  const auto limit = std::chrono::duration<double>(arguments.number("seconds", 5));
  const auto start = Clock::now();
  Clock::time_point first;
  Clock::time_point last;
  for (std::uint64_t seen = 0; Clock::now() - start < limit;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (const std::uint64_t now = received; now != seen) {
      last = Clock::now();
      if (seen == 0) first = last;
      seen = now;
    } else if (seen > 0 && Clock::now() - last > std::chrono::milliseconds(500)) {
      break;
    }
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(last - first).count();
  std::cout << "{\"received\":" << received
            << ",\"datagrams_a_second\":" << (seconds > 0 ? static_cast<double>(received) / seconds : 0)
            << "}\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return rastro::bench::run_with_arguments(argc, argv, run); }
