#include "forwarder/window.h"

#include <gtest/gtest.h>

namespace rastro::forward {
namespace {

using namespace std::chrono_literals;

constexpr Time kNow{1000h};

class WindowTest : public testing::Test {
 protected:
  // A record that ends at `end` with one job for each "device:body".
  void add(std::uint64_t end, const std::vector<std::pair<const char*, const char*>>& jobs) {
    std::vector<Job> made;
    for (const auto& [device, body] : jobs) made.push_back({.device = DeviceIdentity(device), .body = body});
    window_.add({end, end}, made);
    EXPECT_TRUE(made.empty());
  }

  std::string body(Job* job) { return job == nullptr ? "none" : job->body; }

  Window window_{journal::Cursor{100, 100}};
};

TEST_F(WindowTest, RecordsWithNothingToSendMoveTheCursorAtOnce) {
  EXPECT_EQ(window_.done_cursor().position, 100u);
  add(200, {});
  EXPECT_EQ(window_.done_cursor().position, 200u);
}

TEST_F(WindowTest, RecordsBehindAnOpenOneWaitForIt) {
  add(200, {{"a", "1"}, {"b", "2"}});
  add(300, {});
  add(400, {{"b", "3"}});
  Job* a = window_.take(kNow);
  Job* b = window_.take(kNow);
  EXPECT_EQ(body(a), "1");
  EXPECT_EQ(body(b), "2");
  window_.done(*b);
  Job* next = window_.take(kNow);
  EXPECT_EQ(body(next), "3");
  window_.done(*next);
  EXPECT_EQ(window_.done_cursor().position, 100u) << "the first record has one open";
  window_.done(*a);
  EXPECT_EQ(window_.done_cursor().position, 400u);
  EXPECT_EQ(window_.waiting() + window_.under_way(), 0u);
}

TEST_F(WindowTest, ADeviceHasOneUnderWayAndKeepsItsOrderThroughARetry) {
  add(200, {{"a", "1"}, {"a", "2"}, {"b", "3"}});
  Job* first = window_.take(kNow);
  EXPECT_EQ(body(first), "1");
  Job* other = window_.take(kNow);
  EXPECT_EQ(body(other), "3") << "others go on";
  EXPECT_EQ(window_.take(kNow), nullptr);
  window_.retry(*first, kNow + 1s);
  EXPECT_EQ(window_.take(kNow), nullptr);
  EXPECT_FALSE(window_.ready(kNow));
  EXPECT_EQ(window_.next_retry(), kNow + 1s);
  Job* again = window_.take(kNow + 1s);
  EXPECT_EQ(again, first);
  window_.done(*again);
  EXPECT_EQ(body(window_.take(kNow + 1s)), "2");
}

TEST_F(WindowTest, DevicesTakeTurns) {
  add(200, {{"a", "1"}, {"a", "2"}, {"a", "3"}, {"b", "4"}});
  window_.done(*window_.take(kNow));
  EXPECT_EQ(body(window_.take(kNow)), "4");
  EXPECT_EQ(body(window_.take(kNow)), "2");
}

TEST_F(WindowTest, IsFullByNumberOrBySize) {
  const std::string large(Window::kMaxBytes, ' ');
  EXPECT_FALSE(window_.full());
  add(200, {{"a", large.c_str()}});
  EXPECT_TRUE(window_.full());
  window_.done(*window_.take(kNow));
  EXPECT_FALSE(window_.full());
  add(300, {Window::kMaxJobs, {"a", ""}});
  EXPECT_TRUE(window_.full());
}

}  // namespace
}  // namespace rastro::forward
