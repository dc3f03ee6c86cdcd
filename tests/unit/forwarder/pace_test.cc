// Token bucket, back-off, when to give up, and when to hold everything back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forwarder/recent_fixes.h"
#include "forwarder/retry.h"
#include "forwarder/sink_state.h"
#include "forwarder/token_bucket.h"

namespace rastro::forward {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr Time kStart{1000h};

Verdict retry_verdict(bool meaningless = false) {
  Verdict verdict;
  verdict.sentence = "HTTP 500";
  verdict.meaningless = meaningless;
  return verdict;
}

TEST(TokenBucket, GivesTheBurstAndThenThePace) {
  TokenBucket bucket(4, 2);
  EXPECT_TRUE(bucket.take(kStart));
  EXPECT_TRUE(bucket.take(kStart));
  EXPECT_FALSE(bucket.take(kStart));
  EXPECT_EQ(bucket.next(kStart), kStart + 250ms);
  EXPECT_FALSE(bucket.take(kStart + 249ms));
  EXPECT_TRUE(bucket.take(kStart + 250ms));
  EXPECT_FALSE(bucket.take(kStart + 250ms));
}

TEST(TokenBucket, APauseFillsItToTheBurstOnly) {
  TokenBucket bucket(4, 2);
  EXPECT_TRUE(bucket.take(kStart));
  const Time later = kStart + 1h;
  EXPECT_TRUE(bucket.take(later));
  EXPECT_TRUE(bucket.take(later));
  EXPECT_FALSE(bucket.take(later));
}

TEST(TokenBucket, ATimeThatGoesBackGivesNothing) {
  TokenBucket bucket(1, 1);
  EXPECT_TRUE(bucket.take(kStart));
  EXPECT_FALSE(bucket.take(kStart - 10s));
  EXPECT_FALSE(bucket.take(kStart + 500ms));
  EXPECT_TRUE(bucket.take(kStart + 1s));
}

TEST(BackOffTest, DoublesUpToTheMostAndTakesOffUpToHalf) {
  const BackOff limits{500ms, 60s};
  EXPECT_EQ(back_off(limits, 0, 1), 500ms);
  EXPECT_EQ(back_off(limits, 1, 1), 1s);
  EXPECT_EQ(back_off(limits, 5, 1), 16s);
  EXPECT_EQ(back_off(limits, 7, 1), 60s);
  EXPECT_EQ(back_off(limits, 4000000000U, 1), 60s);
  EXPECT_EQ(back_off(limits, 1, 0), 500ms);
  EXPECT_EQ(back_off(limits, 1, 0.5), 750ms);
}

TEST(AttemptsTest, NothingIsGivenUpBecauseTheServerIsDown) {
  Attempts attempts;
  Time time = kStart;
  for (int i = 0; i < 1000; ++i)
    EXPECT_FALSE(attempts.failed(retry_verdict(), true, time += 1min, kStart - 1s));
  EXPECT_EQ(attempts.count(), 1000u);
}

TEST(AttemptsTest, AMessageThatFailsWhileOthersAreDeliveredIsGivenUp) {
  Attempts attempts;
  Time time = kStart;
  EXPECT_FALSE(attempts.failed(retry_verdict(), true, time, kStart - 1s));
  for (unsigned i = 1; i < Attempts::kMaxStrikes; ++i) {
    time += 1s;
    EXPECT_FALSE(attempts.failed(retry_verdict(), true, time, time - 500ms)) << i;
  }
  EXPECT_TRUE(attempts.failed(retry_verdict(), true, time + 1s, time + 500ms));
}

TEST(AttemptsTest, AnswersThatMeanNothingAreGivenUpAlsoAlone) {
  Attempts attempts;
  for (unsigned i = 1; i < Attempts::kMaxStrikes; ++i) {
    EXPECT_FALSE(attempts.failed(retry_verdict(true), true, kStart + i * 1s, {}));
  }
  EXPECT_TRUE(attempts.failed(retry_verdict(true), true, kStart + 1h, {}));
}

TEST(AttemptsTest, AfterADayOfAnswersAMessageIsGivenUpButNeverForWantOfAnAnswer) {
  Attempts attempts;
  EXPECT_FALSE(attempts.failed(retry_verdict(), true, kStart, {}));
  EXPECT_FALSE(attempts.failed(retry_verdict(), false, kStart + 48h, {}));
  EXPECT_TRUE(attempts.failed(retry_verdict(), true, kStart + 49h, {}));
}

TEST(SinkStateTest, ARefusedKeyHoldsEverythingBackAndThenOneRequestAsks) {
  SinkState sink({500ms, 60s}, 30s);
  EXPECT_TRUE(sink.may_send(kStart, 5));
  Verdict stop = retry_verdict();
  stop.outcome = Outcome::kStop;
  sink.failed(stop, kStart, 1);
  EXPECT_TRUE(sink.paused());
  EXPECT_THAT(sink.sentence(), testing::HasSubstr("key is refused"));
  EXPECT_FALSE(sink.may_send(kStart + 29s, 0));
  EXPECT_TRUE(sink.may_send(kStart + 30s, 0));
  EXPECT_FALSE(sink.may_send(kStart + 30s, 1)) << "one at a time until it works";
  sink.works(kStart + 31s);
  EXPECT_FALSE(sink.paused());
  EXPECT_EQ(sink.sentence(), "");
  EXPECT_TRUE(sink.may_send(kStart + 31s, 1));
}

TEST(SinkStateTest, AnAnswerThatWasUnderWayDoesNotEndAPause) {
  SinkState sink({500ms, 60s}, 30s);
  Verdict wait = retry_verdict();
  wait.after = 10s;
  sink.failed(wait, kStart, 1);
  sink.works(kStart + 1s);
  EXPECT_TRUE(sink.paused());
  EXPECT_FALSE(sink.may_send(kStart + 9s, 0));
}

TEST(SinkStateTest, OnlyFailuresInARowAreTheServers) {
  SinkState sink({500ms, 60s}, 30s);
  for (int i = 0; i < 100; ++i) {
    sink.failed(retry_verdict(), kStart, 1);
    EXPECT_TRUE(sink.may_send(kStart, 5));
    sink.works(kStart);
  }
  for (unsigned i = 0; i < SinkState::kDownAfter; ++i) {
    EXPECT_TRUE(sink.may_send(kStart, 5));
    sink.failed(retry_verdict(), kStart, 1);
  }
  EXPECT_FALSE(sink.may_send(kStart, 0));
  EXPECT_EQ(sink.hold_until(), kStart + 500ms);
  sink.failed(retry_verdict(), kStart + 1s, 1);
  EXPECT_EQ(sink.hold_until(), kStart + 2s);
}

TEST(RecentFixesTest, KnowsARecordByDeviceTimeAndHashUntilItIsPushedOut) {
  RecentFixes recent(3);
  const DeviceIdentity a("1");
  EXPECT_TRUE(recent.insert(a, 10, 1));
  EXPECT_TRUE(recent.insert(DeviceIdentity("2"), 10, 1));
  EXPECT_TRUE(recent.insert(a, 10, 2)) << "two records of one second";
  EXPECT_FALSE(recent.insert(a, 10, 1));
  EXPECT_TRUE(recent.insert(a, 11, 1)) << "pushes the first out";
  EXPECT_TRUE(recent.insert(a, 10, 1));
}

TEST(RecentFixesTest, GivesWhatWasAddedOnceAndARestartRemembersTheLast) {
  RecentFixes recent(3);
  const DeviceIdentity a("1");
  recent.insert(a, 1, 1);
  recent.insert(a, 2, 1);
  std::vector<std::uint64_t> stored = recent.take_added();
  EXPECT_EQ(stored.size(), 2u);
  EXPECT_TRUE(recent.take_added().empty());
  recent.insert(a, 2, 1);
  EXPECT_TRUE(recent.take_added().empty()) << "known";
  for (int time = 3; time < 8; ++time) recent.insert(a, time, 1);
  const auto added = recent.take_added();
  EXPECT_EQ(added.size(), 3u) << "not those that were pushed out meanwhile";
  EXPECT_EQ(recent.take_all(), added);
  stored.insert(stored.end(), added.begin(), added.end());

  RecentFixes again(3);
  again.restore(stored);
  EXPECT_TRUE(again.take_added().empty()) << "the books have it";
  for (int time = 5; time < 8; ++time) EXPECT_FALSE(again.insert(a, time, 1)) << time;
  EXPECT_TRUE(again.insert(a, 4, 1));
}

// Another would make every device's resending after an update come twice.
TEST(RecentFixesTest, TheStoredFormOfAFixIsForEver) {
  RecentFixes recent;
  recent.insert(DeviceIdentity("352093086403655"), 1795534200123, 0xFEDCBA9876543210);
  EXPECT_EQ(recent.take_added(), std::vector<std::uint64_t>{0x5A0084B35E5F6902});
}

TEST(Outage, ADayWithoutATargetParksNothingAsksSeldomAndIsOverWithTheFirstAnswer) {
  SinkState sink({}, 30s);
  Attempts attempts;
  const Time last_success = kStart - 1s;
  int requests = 0;
  Time time = kStart;
  while (time < kStart + 24h) {
    ASSERT_TRUE(sink.may_send(time, 0));
    ++requests;
    EXPECT_FALSE(attempts.failed(retry_verdict(), false, time, last_success));
    sink.failed(retry_verdict(), time, 0);
    time = std::max(sink.hold_until(), time + back_off({}, attempts.count() - 1, 0));
  }
  EXPECT_LT(requests, 24 * 60 * 2 + 20) << "a pause is half a minute at least, once it has grown";
  EXPECT_EQ(sink.breaker(time - 1s), Breaker::kOpen);
  EXPECT_EQ(sink.breaker(time), Breaker::kHalfOpen);
  EXPECT_FALSE(sink.may_send(time, 1)) << "one request asks";
  EXPECT_EQ(sink.openings(), 1u);
  sink.works(time);
  EXPECT_EQ(sink.breaker(time), Breaker::kClosed);
}

}  // namespace
}  // namespace rastro::forward
