// The most that one frame and one reply a round trip can be on this machine: bare epoll on both ends, no
// decoding, no journal. The server is a process of its own with as many threads as the gateway has shards.
//
// usage: echo_ceiling [--connections 5000] [--frame 41] [--reply 10] [--threads 2] [--seconds 5]
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <iostream>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

#include "gateway/commands/simulate/device_socket.h"
#include "gateway/commands/simulate/event_loop.h"
#include "gateway/commands/simulate/latency_histogram.h"
#include "tests/bench/ceilings/arguments.h"

namespace {

using namespace rastro;
using Clock = std::chrono::steady_clock;

constexpr int kEventsAtOnce = 256;
constexpr std::size_t kReadSize = 64UL << 10;

struct Sizes {
  std::size_t frame;
  std::size_t reply;
};

int require(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::system_category(), what);
  return result;
}

int listen_on(sockaddr_in& address) {
  const int on = 1;
  const int listener = require(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
  auto* any = static_cast<sockaddr*>(static_cast<void*>(&address));
  require(::bind(listener, any, sizeof(address)), "bind");
  require(::listen(listener, 4096), "listen");
  socklen_t size = sizeof(address);
  require(::getsockname(listener, any, &size), "getsockname");
  return listener;
}

class EchoThread {
 public:
  EchoThread(int listener, Sizes sizes)
      : listener_(listener), sizes_(sizes), epoll_(require(::epoll_create1(0), "epoll_create1")) {
    watch(listener);
  }

  void run() {
    std::array<epoll_event, kEventsAtOnce> events;
    for (;;) {
      const int count = ::epoll_wait(epoll_, events.data(), kEventsAtOnce, -1);
      for (int i = 0; i < count; ++i) {
        const int socket = events[static_cast<std::size_t>(i)].data.fd;
        socket == listener_ ? accept() : serve(socket);
      }
    }
  }

 private:
  void watch(int socket) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    require(::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event), "epoll_ctl");
  }

  void accept() {
    const int on = 1;
    for (int socket = 0; (socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      if (half_read_.size() <= static_cast<std::size_t>(socket))
        half_read_.resize(static_cast<std::size_t>(socket) + 1);
      half_read_[static_cast<std::size_t>(socket)] = 0;
      watch(socket);
    }
  }

  void serve(int socket) {
    const ssize_t got = ::recv(socket, buffer_.data(), buffer_.size(), 0);
    if (got <= 0) {
      ::close(socket);
      return;
    }
    std::size_t& bytes = half_read_[static_cast<std::size_t>(socket)];
    bytes += static_cast<std::size_t>(got);
    const std::size_t frames = bytes / sizes_.frame;
    bytes %= sizes_.frame;
    if (frames > 0) ::send(socket, buffer_.data(), frames * sizes_.reply, MSG_NOSIGNAL);
  }

  int listener_;
  Sizes sizes_;
  int epoll_;
  std::vector<std::size_t> half_read_;  // bytes of an unfinished frame, by descriptor
  std::vector<std::uint8_t> buffer_ = std::vector<std::uint8_t>(kReadSize);
};

[[noreturn]] void serve(sockaddr_in address, int first_listener, std::size_t threads, Sizes sizes) {
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < threads; ++i) {
    const int listener = listen_on(address);
    others.emplace_back([listener, sizes] { EchoThread(listener, sizes).run(); });
  }
  EchoThread(first_listener, sizes).run();
  std::abort();
}

struct Counts {
  std::uint64_t replies = 0;
  std::size_t connected = 0;
  Clock::time_point began;
  LatencyHistogram latency;
};

class Client final : public EventLoop::Handler {
 public:
  Client(EventLoop& loop, Counts& counts, Sizes sizes) : loop_(loop), counts_(counts), sizes_(sizes) {}

  void connect(const SocketAddress& to) {
    if (!socket_.connect(Transport::kTcp, to, nullptr)) throw std::runtime_error("cannot connect");
    loop_.watch(socket_.descriptor(), *this, EventLoop::Until::kWritable);
  }

  void ready() override {
    if (!connected_) {
      connected_ = true;
      ++counts_.connected;
      loop_.watch_changed(socket_.descriptor(), *this, EventLoop::Until::kReadable);
      return send();
    }
    std::size_t got = 0;
    if (socket_.read(incoming_, got) != DeviceSocket::Read::kBytes) return;
    received_ += got;
    if (received_ < sizes_.reply) return;
    received_ = 0;
    const auto now = Clock::now();
    if (sent_at_ >= counts_.began) {
      ++counts_.replies;
      counts_.latency.add(now - sent_at_);
    }
    send();
  }
  void wake() override {}

 private:
  void send() {
    sent_at_ = Clock::now();
    socket_.write(ByteView(kFrame).first(sizes_.frame));
  }

  static constexpr std::array<std::uint8_t, 4096> kFrame{};
  EventLoop& loop_;
  Counts& counts_;
  Sizes sizes_;
  DeviceSocket socket_;
  std::array<std::uint8_t, 64> incoming_;
  std::size_t received_ = 0;
  bool connected_ = false;
  Clock::time_point sent_at_;
};

class Stopwatch final : public EventLoop::Handler {
 public:
  explicit Stopwatch(EventLoop& loop) : loop_(loop) {}
  void ready() override {}
  void wake() override { loop_.stop(); }

 private:
  EventLoop& loop_;
};

void measure(const SocketAddress& target, std::size_t connections, double seconds, Sizes sizes,
             Counts& counts) {
  EventLoop loop;
  Stopwatch stopwatch(loop);
  counts.began = Clock::time_point::max();
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < connections; ++i) {
    clients.push_back(std::make_unique<Client>(loop, counts, sizes));
    clients.back()->connect(target);
  }
  while (counts.connected < connections) {
    loop.wake_at(stopwatch, Clock::now() + std::chrono::milliseconds(50));
    loop.run();
  }
  counts.began = Clock::now();
  loop.wake_at(stopwatch, counts.began + std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6)));
  loop.run();
}

double cpu_seconds(const rusage& usage) {
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int run(const bench::Arguments& arguments) {
  const Sizes sizes{arguments.count("frame", 41), arguments.count("reply", 10)};
  if (sizes.frame == 0 || sizes.frame > 4096 || sizes.reply > 64)
    throw std::runtime_error("sizes: 1 to 4096, 64");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int listener = listen_on(address);
  const pid_t server = require(::fork(), "fork");
  if (server == 0) serve(address, listener, arguments.count("threads", 2), sizes);
  ::close(listener);
  Counts counts;
  const auto target = make_socket_address("127.0.0.1", ntohs(address.sin_port));
  measure(*target, arguments.count("connections", 5000), arguments.number("seconds", 5), sizes, counts);
  const double seconds = std::chrono::duration<double>(Clock::now() - counts.began).count();
  ::kill(server, SIGKILL);
  rusage theirs{};
  ::wait4(server, nullptr, 0, &theirs);
  std::cout << "{\"frames_a_second\":" << static_cast<double>(counts.replies) / seconds
            << ",\"frames\":" << counts.replies << ",\"p50_ms\":" << counts.latency.percentile_ms(0.5)
            << ",\"p99_ms\":" << counts.latency.percentile_ms(0.99)
            << ",\"server_cpu_s\":" << cpu_seconds(theirs) << "}\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return rastro::bench::run_with_arguments(argc, argv, run); }
