#include "forwarder/window.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

namespace rastro::forward {
namespace {

using namespace std::chrono_literals;

constexpr Time kNow{1000h};

Job make_job(std::string_view device, FixId id, std::string attributes = {}) {
  Job job;
  job.device = DeviceIdentity(device);
  job.id = id;
  job.attributes = std::move(attributes);
  return job;
}

class WindowTest : public testing::Test {
 protected:
  // A record that ends at `end` with one job for each "device:number".
  void add(std::uint64_t end, const std::vector<std::pair<const char*, std::uint32_t>>& jobs) {
    std::vector<Job> made;
    for (const auto& [device, number] : jobs) {
      made.push_back(make_job(device, {0, number}));
    }
    window_.add({end, end}, made);
    EXPECT_TRUE(made.empty());
  }

  Jobs take(std::size_t most = 1, Time now = kNow) {
    Jobs batch;
    window_.take(now, most, batch);
    return batch;
  }
  static std::vector<std::uint32_t> numbers(const Jobs& batch) {
    std::vector<std::uint32_t> numbers;
    for (const Job* job : batch) numbers.push_back(job->id.index);
    return numbers;
  }
  using Numbers = std::vector<std::uint32_t>;

  Window window_{journal::Cursor{100, 100}};
};

TEST_F(WindowTest, RecordsWithNothingToSendMoveTheCursorAtOnce) {
  EXPECT_EQ(window_.done_cursor().position, 100u);
  add(200, {});
  EXPECT_EQ(window_.done_cursor().position, 200u);
}

TEST_F(WindowTest, RecordsBehindAnOpenOneWaitForIt) {
  add(200, {{"a", 1}, {"b", 2}});
  add(300, {});
  add(400, {{"b", 3}});
  const Jobs a = take();
  const Jobs b = take();
  EXPECT_EQ(numbers(a), Numbers{1});
  EXPECT_EQ(numbers(b), Numbers{2});
  window_.done(b);
  const Jobs next = take();
  EXPECT_EQ(numbers(next), Numbers{3});
  window_.done(next);
  EXPECT_EQ(window_.done_cursor().position, 100u) << "the first record has one open";
  std::vector<FixId> open;
  window_.list_open(open);
  EXPECT_EQ(open, (std::vector<FixId>{{0, 1}}));
  window_.done(a);
  EXPECT_EQ(window_.done_cursor().position, 400u);
  EXPECT_EQ(window_.waiting() + window_.under_way(), 0u);
}

TEST_F(WindowTest, ADeviceHasOneUnderWayAndKeepsItsOrderThroughARetry) {
  add(200, {{"a", 1}, {"a", 2}, {"b", 3}});
  const Jobs first = take();
  EXPECT_EQ(numbers(first), Numbers{1});
  EXPECT_EQ(numbers(take()), Numbers{3}) << "others go on";
  EXPECT_TRUE(take().empty());
  window_.retry(first, kNow + 1s);
  EXPECT_TRUE(take().empty());
  EXPECT_FALSE(window_.ready(kNow));
  EXPECT_EQ(window_.next_retry(), kNow + 1s);
  const Jobs again = take(1, kNow + 1s);
  EXPECT_EQ(numbers(again), Numbers{1});
  window_.done(again);
  EXPECT_EQ(numbers(take()), Numbers{2});
}

TEST_F(WindowTest, DevicesTakeTurns) {
  add(200, {{"a", 1}, {"a", 2}, {"a", 3}, {"b", 4}});
  window_.done(take());
  EXPECT_EQ(numbers(take()), Numbers{4});
  EXPECT_EQ(numbers(take()), Numbers{2});
}

TEST_F(WindowTest, ABatchHoldsSeveralDevicesAndNoneIsInTwo) {
  add(200, {{"a", 1}, {"b", 2}, {"a", 3}, {"c", 4}, {"a", 5}});
  const Jobs batch = take(4);
  EXPECT_EQ(numbers(batch), (Numbers{1, 3, 5, 2}));
  EXPECT_EQ(numbers(take(4)), Numbers{4});
  EXPECT_EQ(window_.under_way(), 5u);
}

TEST_F(WindowTest, ARefusedBatchIsHalvedUntilEachStandsAlone) {
  add(200, {{"a", 1}, {"a", 2}, {"a", 3}, {"a", 4}});
  window_.split(take(4));
  const Jobs half = take(4);
  EXPECT_EQ(numbers(half), (Numbers{1, 2}));
  window_.split(half);
  const Jobs one = take(4);
  EXPECT_EQ(numbers(one), Numbers{1});
  window_.done(one);
  window_.done(take(4));
  EXPECT_EQ(numbers(take(4)), (Numbers{3, 4})) << "the other half goes as a half";
}

TEST_F(WindowTest, ALooseJobHoldsNoCursorBack) {
  window_.add_loose(make_job("a", {7, 0}));
  add(200, {});
  EXPECT_EQ(window_.done_cursor().position, 200u);
  std::vector<FixId> open;
  window_.list_open(open);
  EXPECT_TRUE(open.empty());
  window_.done(take());
  EXPECT_EQ(window_.waiting(), 0u);
}

TEST_F(WindowTest, IsFullByNumberOrBySize) {
  EXPECT_FALSE(window_.full());
  window_.add_loose(make_job("a", {}, std::string(Window::kMaxBytes, ' ')));
  EXPECT_TRUE(window_.full());
  window_.done(take());
  EXPECT_FALSE(window_.full());
  add(300, {Window::kMaxJobs, {"a", 0}});
  EXPECT_TRUE(window_.full());
}

// Any mix of answers: each position ends once, those of a device in its order, and the cursor ends behind
// all.
TEST(WindowProperty, NothingIsLostOrDoneTwiceAndEachDeviceKeepsItsOrder) {
  EXPECT_TRUE(rc::check([] {
    const auto devices = *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::inRange<std::uint8_t>(0, 5));
    const auto answers = *rc::gen::container<std::vector<int>>(200, rc::gen::inRange(0, 4));
    const auto most = *rc::gen::inRange<std::size_t>(1, 8);
    Window window(journal::Cursor{0, 0});
    for (std::uint32_t i = 0; i < devices.size(); ++i) {
      std::vector<Job> jobs;
      jobs.push_back(make_job(std::string(1, static_cast<char>('a' + devices[i])), {i, 0}));
      window.add({i + 1, i + 1}, jobs);
    }
    std::map<std::string, std::uint64_t> last;
    std::size_t done = 0;
    std::vector<Jobs> under_way;
    Time now = kNow;
    for (std::size_t turn = 0; done < devices.size(); ++turn, now += 1s) {
      RC_ASSERT(turn < 10000u);
      Jobs batch;
      window.take(now, most, batch);
      RC_ASSERT(batch.size() <= most);
      if (!batch.empty()) under_way.push_back(batch);
      if (under_way.empty()) continue;
      const int answer = turn < answers.size() ? answers[turn] : 0;
      if (answer == 3 && under_way.size() < 4) continue;  // no answer yet
      const Jobs answered = under_way.front();
      under_way.erase(under_way.begin());
      if (answer == 1) {
        window.retry(answered, now + 3s);
      } else if (answer == 2 && answered.size() > 1) {
        window.split(answered);
      } else {
        for (const Job* job : answered) {
          const auto [before, first] = last.try_emplace(std::string(job->device.view()), job->id.position);
          RC_ASSERT(first || before->second < job->id.position);
          before->second = job->id.position;
        }
        done += answered.size();
        window.done(answered);
      }
    }
    RC_ASSERT(window.done_cursor().position == devices.size());
    RC_ASSERT(window.waiting() + window.under_way() == 0u);
  }));
}

}  // namespace
}  // namespace rastro::forward
