#include "gateway/net/socket_poller.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <span>
#include <utility>

namespace rastro {
namespace {

constexpr int kEventsAtOnce = 128;
// Then what else waits on the thread has its turn. Thousands of events of connections that only line up for
// theirs (TurnQueue) fit into it, so that a device that is served at once does not stand behind them.
constexpr std::chrono::milliseconds kSlice{1};

error_code last_error() { return {errno, boost::system::system_category()}; }

int make_set() {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) throw boost::system::system_error(last_error(), "epoll_create1");
  return set;
}

SocketEvents events_of(std::uint32_t bits) {
  return {.readable = (bits & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0,
          .writable = (bits & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0,
          .ended = (bits & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0};
}

}  // namespace

SocketPoller::SocketPoller(asio::io_context& io) : set_(io, make_set()) { wait(); }

void SocketPoller::add(int socket, Watcher& watcher, error_code& error) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watcher;
  error = ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, socket, &event) == 0 ? error_code() : last_error();
}

// Closing would do it too, unless a child that is just being started has the socket as well.
void SocketPoller::remove(int socket, std::shared_ptr<Watcher> watcher) {
  ::epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, socket, nullptr);
  if (telling_) removed_.push_back(std::move(watcher));
}

void SocketPoller::stop() {
  error_code ignored;
  set_.close(ignored);
}

void SocketPoller::wait() {
  set_.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code error) {
    if (error) return;
    tell();
    wait();
  });
}

void SocketPoller::tell() {
  const auto end = std::chrono::steady_clock::now() + kSlice;
  std::array<epoll_event, kEventsAtOnce> events;
  int count = 0;
  do {
    count = ::epoll_wait(set_.native_handle(), events.data(), kEventsAtOnce, 0);
    telling_ = true;
    for (const epoll_event& event : std::span(events).first(static_cast<std::size_t>(std::max(count, 0)))) {
      static_cast<Watcher*>(event.data.ptr)->socket_ready(events_of(event.events));
    }
    telling_ = false;
    removed_.clear();
  } while (count == kEventsAtOnce && std::chrono::steady_clock::now() < end);
}

}  // namespace rastro
