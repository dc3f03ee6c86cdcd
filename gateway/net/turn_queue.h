// Connections that can wait are read in turn, some at a time and only while there is room to spare, and those
// that live in the present at once: thousands of devices that come back after an outage and empty their
// memories do not keep another from its answer. On the thread of the io_context.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "gateway/net/asio.h"

namespace rastro {

class TurnQueue {
 public:
  class Waiter {
   public:
    virtual ~Waiter() = default;
    virtual void have_turn() = 0;
  };

  // `has_room`: asked before each turn.
  TurnQueue(asio::io_context& io, std::function<bool()> has_room) : io_(io), has_room_(std::move(has_room)) {}

  void wait(std::shared_ptr<Waiter> waiter) {
    waiting_.push_back(std::move(waiter));
    go_on();
  }
  // There may be room again. Without it nobody has a turn until this is called.
  void go_on() {
    if (waiting_.empty() || on_its_way_ || !has_room_()) return;
    on_its_way_ = true;
    asio::post(io_, [this] { serve(); });
  }
  void clear() { waiting_.clear(); }

 private:
  // Then what has come for the others meanwhile is looked at.
  static constexpr std::chrono::microseconds kSlice{500};

  void serve() {
    const auto end = std::chrono::steady_clock::now() + kSlice;
    while (!waiting_.empty() && has_room_()) {
      const std::shared_ptr<Waiter> next = std::move(waiting_.front());
      waiting_.pop_front();
      next->have_turn();
      if (std::chrono::steady_clock::now() >= end) break;
    }
    on_its_way_ = false;
    go_on();
  }

  asio::io_context& io_;
  const std::function<bool()> has_room_;
  std::deque<std::shared_ptr<Waiter>> waiting_;
  bool on_its_way_ = false;
};

}  // namespace rastro
