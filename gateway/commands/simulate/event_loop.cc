#include "gateway/commands/simulate/event_loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace rastro {
namespace {

constexpr int kEventsAtOnce = 256;
// Of timers, before the sockets have their turn again: a thousand connects that are due take their time.
constexpr int kWakesAtOnce = 64;

epoll_event make_event(EventLoop::Handler& handler, EventLoop::Until until) {
  epoll_event event{};
  event.events = until == EventLoop::Until::kReadable ? EPOLLIN : EPOLLOUT;
  event.data.ptr = &handler;
  return event;
}

void control(int epoll, int operation, int socket, epoll_event event) {
  if (::epoll_ctl(epoll, operation, socket, &event) != 0)
    throw std::system_error(errno, std::system_category(), "epoll_ctl");
}

}  // namespace

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::system_error(errno, std::system_category(), "epoll_create1");
}

EventLoop::~EventLoop() { ::close(epoll_); }

void EventLoop::watch(int socket, Handler& handler, Until until) {
  control(epoll_, EPOLL_CTL_ADD, socket, make_event(handler, until));
}

void EventLoop::watch_changed(int socket, Handler& handler, Until until) {
  control(epoll_, EPOLL_CTL_MOD, socket, make_event(handler, until));
}

void EventLoop::wake_at(Handler& handler, Time time) {
  handler.wake_ = time;
  wakes_.push({time, &handler});
}

void EventLoop::run() {
  for (running_ = true; running_;) {
    wait_for_events();
    wake_due();
  }
}

void EventLoop::wait_for_events() {
  timespec patience{};
  if (!wakes_.empty()) {
    const auto left = std::max(std::chrono::nanoseconds(0),
                               std::chrono::nanoseconds(wakes_.top().at - std::chrono::steady_clock::now()));
    patience.tv_sec = left / std::chrono::seconds(1);
    patience.tv_nsec = (left % std::chrono::seconds(1)).count();
  }
  std::array<epoll_event, kEventsAtOnce> events;
  const int count =
      ::epoll_pwait2(epoll_, events.data(), kEventsAtOnce, wakes_.empty() ? nullptr : &patience, nullptr);
  for (int i = 0; i < count; ++i)
    static_cast<Handler*>(events[static_cast<std::size_t>(i)].data.ptr)->ready();
}

void EventLoop::wake_due() {
  const Time now = std::chrono::steady_clock::now();
  for (int i = 0; i < kWakesAtOnce && !wakes_.empty() && wakes_.top().at <= now; ++i) {
    const Wake due = wakes_.top();
    wakes_.pop();
    if (due.handler->wake_ != due.at) continue;
    due.handler->wake_ = Time::max();
    due.handler->wake();
  }
}

}  // namespace rastro
