// Clocks that are wrong by a known kind of mistake (field_behaviour.md 3, gt06.md 9.8).
#include "protocols/time_base.h"

#include <gtest/gtest.h>

#include <limits>

namespace rastro {
namespace {

constexpr std::int64_t kNow = 1795534200000;  // 2026-11-24T15:30:00Z
constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kHour = 3600 * kSecond;
constexpr std::int64_t kWeek = std::int64_t{7} * 86400 * kSecond;
constexpr std::int64_t kPeriod = 1024 * kWeek;

TEST(WeekRollover, AddsThePeriodsThatBringATimeNearItsArrival) {
  EXPECT_EQ(without_week_rollover(kNow - kPeriod, kNow + 5 * kSecond), kNow);
  EXPECT_EQ(without_week_rollover(kNow - 2 * kPeriod, kNow + 5 * kSecond), kNow);
  EXPECT_EQ(without_week_rollover(kNow - kPeriod - 30 * kWeek, kNow), kNow - 30 * kWeek)
      << "a backlog of a rolled-over device is old and rolled over";
}

TEST(WeekRollover, LeavesATimeThatIsOldForAnotherReason) {
  constexpr std::int64_t kDay = 24 * kHour;
  EXPECT_EQ(without_week_rollover(kNow, kNow), kNow);
  EXPECT_EQ(without_week_rollover(kNow + 3 * kWeek, kNow), kNow + 3 * kWeek) << "the future is not touched";
  EXPECT_EQ(without_week_rollover(1314639976000, kNow), 1314639976000) << "2011 is no roll-over of 2026";
  EXPECT_EQ(without_week_rollover(946684800000, kNow), 946684800000) << "2000: a clock that was never set";
  EXPECT_EQ(without_week_rollover(0, kNow), 0);
  constexpr std::int64_t kFarthest = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(without_week_rollover(kFarthest, kNow), kFarthest);
  EXPECT_EQ(without_week_rollover(kNow - kPeriod - 365 * kDay, kNow), kNow - 365 * kDay);
  EXPECT_EQ(without_week_rollover(kNow - kPeriod - 365 * kDay - 1, kNow), kNow - kPeriod - 365 * kDay - 1);
  EXPECT_EQ(without_week_rollover(kNow - kPeriod + kDay, kNow), kNow + kDay) << "its clock is a day ahead";
  EXPECT_EQ(without_week_rollover(kNow - kPeriod + kDay + 1, kNow), kNow - kPeriod + kDay + 1);
}

TEST(WeekRollover, WithoutAnArrivalCorrectsNothing) {
  EXPECT_EQ(without_week_rollover(kNow - kPeriod, kNoArrival), kNow - kPeriod);
}

// Feeds positions every `step_s` seconds of which the clock is `ahead_ms` ahead; how many were needed.
int taught_after(OffsetLearner& learner, std::int64_t ahead_ms, std::int64_t step_s, int most) {
  for (int i = 0; i < most; ++i) {
    const std::int64_t received_ms = kNow + i * step_s * kSecond;
    if (learner.observe(received_ms - 2 * kSecond + ahead_ms, received_ms)) return i + 1;
  }
  return 0;
}

TEST(OffsetLearner, LearnsWholeHoursAheadAndBehind) {
  OffsetLearner ahead;
  EXPECT_EQ(taught_after(ahead, 8 * kHour, 30, 10), 3);
  EXPECT_EQ(ahead.offset_s(), 8 * 3600);
  OffsetLearner behind;
  EXPECT_EQ(taught_after(behind, -3 * kHour, 30, 10), 3);
  EXPECT_EQ(behind.offset_s(), -3 * 3600);
}

TEST(OffsetLearner, WaitsForAMinuteOfAgreement) {
  OffsetLearner learner;
  EXPECT_EQ(taught_after(learner, 8 * kHour, 10, 20), 7) << "seven times ten seconds span a minute";
}

TEST(OffsetLearner, LearnsNothingFromATimeThatNoReceiverTells) {
  OffsetLearner learner;
  EXPECT_FALSE(learner.observe(std::numeric_limits<std::int64_t>::min(), kNow));
  EXPECT_EQ(learner.offset_s(), 0);
}

TEST(OffsetLearner, UnlearnsWhenTheClockIsRightAgain) {
  OffsetLearner learner(8 * 3600);
  EXPECT_EQ(taught_after(learner, 0, 30, 10), 3);
  EXPECT_EQ(learner.offset_s(), 0);
}

TEST(OffsetLearner, KeepsWhatItKnowsWhileTheClockAgrees) {
  OffsetLearner learner(8 * 3600);
  EXPECT_EQ(taught_after(learner, 8 * kHour, 30, 10), 0);
  EXPECT_EQ(learner.offset_s(), 8 * 3600);
}

TEST(OffsetLearner, LearnsNothingFromABacklog) {
  OffsetLearner learner;
  for (int i = 0; i < 100; ++i) {
    // Recorded every minute, sent every second: the age changes with each.
    EXPECT_FALSE(learner.observe(kNow - 8 * kHour + i * 60 * kSecond, kNow + i * kSecond));
  }
}

TEST(OffsetLearner, LearnsNothingFromAClockThatStandsStill) {
  OffsetLearner learner;
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(learner.observe(kNow + 8 * kHour, kNow + i * kSecond));
  }
}

TEST(OffsetLearner, LearnsNothingFromOffsetsThatNoZoneHas) {
  OffsetLearner learner;
  EXPECT_EQ(taught_after(learner, 15 * kHour, 30, 10), 0);
  EXPECT_EQ(taught_after(learner, 8 * kHour + 20 * 60 * kSecond, 30, 10), 0);
}

TEST(OffsetLearner, StartsAgainWhenTheOffsetChangesInBetween) {
  OffsetLearner learner;
  EXPECT_EQ(taught_after(learner, 8 * kHour, 30, 2), 0);
  EXPECT_EQ(taught_after(learner, 7 * kHour, 30, 10), 3);
  EXPECT_EQ(learner.offset_s(), 7 * 3600);
}

TEST(OffsetLearner, WithoutAnArrivalLearnsNothing) {
  OffsetLearner learner;
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(learner.observe(kNow + i * kHour, kNoArrival));
}

}  // namespace
}  // namespace rastro
