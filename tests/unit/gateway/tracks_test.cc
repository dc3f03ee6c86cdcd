// Days of time zones, and the dates and lines of reports.
#include "gateway/commands/tracks.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "gateway/zone_calendar.h"
#include "schema/json.h"

namespace rastro {
namespace {

std::int64_t at(const char* time) { return *parse_iso8601(time); }

TEST(ZoneCalendar, BeginsADayAtTheMidnightOfItsZone) {
  const ZoneCalendar calendar("America/Argentina/Buenos_Aires");
  const auto day = calendar.day_of(at("2026-11-20T02:59:59.999Z"));
  EXPECT_EQ(day.begin_ms, at("2026-11-19T03:00:00Z"));
  EXPECT_EQ(day.end_ms, at("2026-11-20T03:00:00Z"));
  EXPECT_EQ(calendar.day_of(day.end_ms).number, day.number + 1);
  EXPECT_EQ(calendar.day(day.number).begin_ms, day.begin_ms);
  EXPECT_EQ(calendar.day_of(at("1970-01-01T12:00:00Z")).number, 0);
}

TEST(ZoneCalendar, HasShortAndLongDaysWhereClocksChange) {
  const ZoneCalendar calendar("Europe/Berlin");
  constexpr std::int64_t kHourMs = 3600'000;
  const auto hours = [&](const char* noon) {
    const auto day = calendar.day_of(at(noon));
    return (day.end_ms - day.begin_ms) / kHourMs;
  };
  EXPECT_EQ(hours("2026-03-29T12:00:00Z"), 23);
  EXPECT_EQ(hours("2026-10-25T12:00:00Z"), 25);
  EXPECT_EQ(hours("2026-10-26T12:00:00Z"), 24);
}

TEST(ZoneCalendar, BeginsADayWithoutMidnightWhenItsClocksHaveChanged) {
  // In São Paulo the clocks went from 24:00 to 01:00 on 2018-11-04.
  const ZoneCalendar calendar("America/Sao_Paulo");
  const auto day = calendar.day_of(at("2018-11-04T12:00:00Z"));
  EXPECT_EQ(day.begin_ms, at("2018-11-04T03:00:00Z"));
  EXPECT_EQ(day.end_ms, at("2018-11-05T02:00:00Z"));
  EXPECT_EQ(calendar.day_of(day.begin_ms - 1).end_ms, day.begin_ms);
}

TEST(ZoneCalendar, OfAZoneThatThereIsNotIsRefused) {
  EXPECT_THROW(ZoneCalendar("America/Buenos_Noches"), std::runtime_error);
}

TEST(ReportPeriods, AreADayOrAMonth) {
  const auto day = parse_period("2024-02-28");
  ASSERT_TRUE(day);
  EXPECT_EQ(day->from + " " + day->to, "2024-02-28 2024-02-29");
  const auto month = parse_period("2026-12");
  ASSERT_TRUE(month);
  EXPECT_EQ(month->from + " " + month->to, "2026-12-01 2027-01-01");
  for (const char* wrong :
       {"", "2026", "2026-13", "2026-02-29", "2026-2-3", "2026-11-2x", "20261120", "2026-1-"})
    EXPECT_FALSE(parse_period(wrong)) << wrong;
}

TEST(CsvLines, QuoteWhatWouldBreakThem) {
  EXPECT_EQ(csv_line({"a", "", "b"}), "a,,b");
  EXPECT_EQ(csv_line({"a,b", "\"c\"", "d\ne"}), "\"a,b\",\"\"\"c\"\"\",\"d\ne\"");
}

}  // namespace
}  // namespace rastro
