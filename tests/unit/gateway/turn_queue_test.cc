// Who can wait is served in turn, behind what is there for others, and only while there is room.
#include "gateway/net/turn_queue.h"

#include <gtest/gtest.h>

#include <string>

namespace rastro {
namespace {

class TurnQueueTest : public testing::Test {
 protected:
  class Line final : public TurnQueue::Waiter {
   public:
    Line(std::string& log, char name, std::chrono::milliseconds work) : log_(log), name_(name), work_(work) {}
    void have_turn() override {
      log_ += name_;
      for (const auto end = std::chrono::steady_clock::now() + work_; std::chrono::steady_clock::now() < end;)
        continue;
    }

   private:
    std::string& log_;
    const char name_;
    const std::chrono::milliseconds work_;
  };

  void wait(char name, std::chrono::milliseconds work = std::chrono::milliseconds(0)) {
    queue_.wait(std::make_shared<Line>(log_, name, work));
  }

  void give_room() {
    has_room_ = true;
    queue_.go_on();
    io_.restart();
    io_.run();
  }

  asio::io_context io_;
  std::string log_;
  bool has_room_ = true;
  TurnQueue queue_{io_, [this] { return has_room_; }};
};

TEST_F(TurnQueueTest, ServesInTheOrderOfWaiting) {
  for (const char name : {'a', 'b', 'c'}) wait(name);
  EXPECT_EQ(log_, "") << "nobody is served within another's turn";
  io_.run();
  EXPECT_EQ(log_, "abc");
}

TEST_F(TurnQueueTest, OthersAreServedBetweenLongTurns) {
  wait('a', std::chrono::milliseconds(1));  // longer than a slice
  wait('b', std::chrono::milliseconds(1));
  asio::post(io_, [this] { log_ += '!'; });
  io_.run();
  EXPECT_EQ(log_, "a!b");
}

TEST_F(TurnQueueTest, NobodyIsServedWithoutRoom) {
  has_room_ = false;
  wait('a');
  io_.run();
  EXPECT_EQ(log_, "");
  give_room();
  EXPECT_EQ(log_, "a");
}

TEST_F(TurnQueueTest, RoomThatEndsInBetweenIsAwaited) {
  class Last final : public TurnQueue::Waiter {
   public:
    explicit Last(bool& has_room) : has_room_(has_room) {}
    void have_turn() override { has_room_ = false; }

   private:
    bool& has_room_;
  };
  queue_.wait(std::make_shared<Last>(has_room_));
  wait('b');
  io_.run();
  EXPECT_EQ(log_, "");
  give_room();
  EXPECT_EQ(log_, "b");
}

TEST_F(TurnQueueTest, ClearedItServesNobody) {
  wait('a');
  queue_.clear();
  io_.run();
  EXPECT_EQ(log_, "");
}

}  // namespace
}  // namespace rastro
