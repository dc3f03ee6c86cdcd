#include "gateway/devices/working_time.h"

#include <gtest/gtest.h>

#include "tests/support/fixed_calendar.h"

namespace rastro {
namespace {

constexpr std::int64_t kMinute = 60000;
constexpr std::int64_t kDay = 24 * 60 * kMinute;
// Monday 2026-11-23 00:00 in Buenos Aires.
constexpr std::int64_t kMonday = 1795402800000;

class WorkingTimeTest : public testing::Test {
 protected:
  test::FixedCalendar calendar_;
  WorkingTime time_{calendar_};
};

TEST_F(WorkingTimeTest, HoldsTheLocalHoursOfTheDayWithTheirStartAndWithoutTheirEnd) {
  const std::string hours =
      R"({"monday": [{"start": "08:00", "end": "12:30"}, {"start": "14:00", "end": "24:00"}]})";
  const auto holds = [&](std::int64_t minutes) { return time_.holds(hours, kMonday + minutes * kMinute); };
  EXPECT_FALSE(holds(0));
  EXPECT_FALSE(time_.holds(hours, kMonday + 8 * 60 * kMinute - 1));
  EXPECT_TRUE(holds(8 * 60));
  EXPECT_TRUE(holds(12 * 60 + 29));
  EXPECT_FALSE(holds(12 * 60 + 30));
  EXPECT_TRUE(time_.holds(hours, kMonday + kDay - 1)) << "24:00 is midnight";
  EXPECT_FALSE(holds(24 * 60)) << "a day without hours, in a week that has some";
  EXPECT_TRUE(time_.holds(hours, kMonday - 7 * kDay + 9 * 60 * kMinute)) << "the week before";
}

TEST_F(WorkingTimeTest, TheWeekEndsWithSundayAndDaysBefore1970AreDays) {
  const std::string hours = R"({"sunday": [{"start": "00:00", "end": "24:00"}]})";
  EXPECT_TRUE(time_.holds(hours, kMonday - 1));
  EXPECT_FALSE(time_.holds(hours, kMonday));
  EXPECT_FALSE(time_.holds(hours, 3 * 3600000)) << "1970-01-01, a Thursday";
  EXPECT_TRUE(time_.holds(hours, 3 * 3600000 - 4 * kDay)) << "1969-12-28";
}

TEST_F(WorkingTimeTest, AWeekThatNobodyHasSetOrThatCannotBeReadHoldsEveryMoment) {
  for (const char* hours : {"", "null", "{}", R"({"monday": [], "tuesday": []})", "[1]", "{\"monday\": 5}",
                            R"({"monday": [{"start": "08:00", "end": "25:00"}]})", "no JSON"}) {
    EXPECT_TRUE(time_.holds(hours, kMonday)) << hours;
    EXPECT_TRUE(time_.holds(hours, kMonday + 3 * kDay)) << hours;
  }
}

TEST_F(WorkingTimeTest, DevicesWithOtherHoursAreToldApart) {
  const std::string early = R"({"monday": [{"start": "00:00", "end": "06:00"}]})";
  const std::string late = R"({"monday": [{"start": "18:00", "end": "24:00"}]})";
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(time_.holds(early, kMonday));
    EXPECT_FALSE(time_.holds(late, kMonday));
  }
}

}  // namespace
}  // namespace rastro
