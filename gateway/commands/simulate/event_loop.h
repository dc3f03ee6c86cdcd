// Many sockets and their timers on one thread: epoll, level-triggered, and a heap of times. For a load that
// shares its processors with what it measures, Asio's reactor costs too much: a read that finds nothing and
// two moves in its heap of timers for each packet. Used by the thread that runs it.
#pragma once

#include <chrono>
#include <queue>
#include <vector>

namespace rastro {

class EventLoop {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Lives as long as the loop.
  class Handler {
   public:
    virtual ~Handler() = default;
    // What the socket was watched for has come, or it broke.
    virtual void ready() = 0;
    // The time of wake_at() has come.
    virtual void wake() = 0;

   private:
    friend class EventLoop;
    Time wake_ = Time::max();
  };
  enum class Until { kReadable, kWritable };

  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Closing the socket ends it.
  void watch(int socket, Handler& handler, Until until);
  void watch_changed(int socket, Handler& handler, Until until);
  // Once; replaces the time that was set before.
  void wake_at(Handler& handler, Time time);
  void cancel_wake(Handler& handler) { handler.wake_ = Time::max(); }

  void run();  // until stop()
  void stop() { running_ = false; }

 private:
  struct Wake {
    Time at;
    Handler* handler;
    bool operator>(const Wake& other) const { return at > other.at; }
  };

  void wait_for_events();
  void wake_due();

  int epoll_;
  bool running_ = false;
  // With entries that a later wake_at() has replaced: they are known by their time.
  std::priority_queue<Wake, std::vector<Wake>, std::greater<>> wakes_;
};

}  // namespace rastro
