// What requests say: queries, periods, cursors; and how times are written. Without a database.
#include <gtest/gtest.h>

#include "gateway/api/listing.h"
#include "gateway/api/period.h"
#include "gateway/api/table_text.h"

namespace rastro {
namespace {

TEST(UrlText, HasItsPercentSignsTakenBack) {
  EXPECT_EQ(decode_url("a%20b%2Fc+d"), "a b/c+d");
  EXPECT_EQ(decode_url("%"), "%");
  EXPECT_EQ(decode_url("%4"), "%4");
  EXPECT_EQ(decode_url("%zz%C3%B1"), "%zzñ");
  EXPECT_EQ(decode_url("a%00b%FF"),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD")
      << "no text that the database takes";
}

TEST(QueryText, IsReadByItsNames) {
  const Query query("from=2026-03-04&to=&flag&name=a+b%26c");
  EXPECT_EQ(*query.find("from"), "2026-03-04");
  EXPECT_EQ(*query.find("to"), "");
  EXPECT_EQ(*query.find("flag"), "");
  EXPECT_EQ(*query.find("name"), "a b&c");
  EXPECT_EQ(query.find("date"), nullptr);
  EXPECT_EQ(query.first_unknown({"from", "to", "flag", "name"}), "");
  EXPECT_EQ(query.first_unknown({"from", "to", "flag"}), "name");
  EXPECT_EQ(Query("a=1&a=2").first_unknown({"a"}), "a") << "which of the two is meant nobody knows";
  EXPECT_EQ(Query("&=").first_unknown({"a"}), "=");
  EXPECT_EQ(Query("").first_unknown({}), "");
}

TEST(QueryText, GivesAllValuesOfANameThatMayStandThereSeveralTimes) {
  Query query("states=A&from=1&states=B&states=");
  EXPECT_EQ(query.take_all("states"), (std::vector<std::string>{"A", "B", ""}));
  EXPECT_EQ(query.find("states"), nullptr);
  EXPECT_EQ(query.first_unknown({"from"}), "") << "what was taken is asked about no more";
}

std::string days(std::string_view text) {
  const auto parsed = parse_days(text);
  return parsed ? parsed->first + ".." + parsed->last : "none";
}

TEST(DaysText, IsADayOrAMonthThatExists) {
  EXPECT_EQ(days("2026-03-04"), "2026-03-04..2026-03-04");
  EXPECT_EQ(days("2026-02"), "2026-02-01..2026-02-28");
  EXPECT_EQ(days("2028-02"), "2028-02-01..2028-02-29");
  EXPECT_EQ(days("2028-02-29"), "2028-02-29..2028-02-29");
  for (const char* text : {"", "2026", "2026-13", "2026-00", "2026-02-29", "2026-04-31", "2026-3-04",
                           "2026/03/04", "2026-03-04T", "0000-01-01", "-026-01", "2026-+1-01", "20260304"}) {
    EXPECT_EQ(days(text), "none") << text;
  }
  EXPECT_EQ(count_days({"2026-02-27", "2026-03-02"}), 4);
}

PeriodFault fault_of(const char* query) {
  Span span;
  return parse_span(Query(query), span);
}

TEST(Periods, AreADateOrTwoDaysOrTwoMoments) {
  EXPECT_EQ(fault_of("date=2026-03"), PeriodFault::kNone);
  EXPECT_EQ(fault_of("from=2026-03-04&to=2026-03-04"), PeriodFault::kNone);
  EXPECT_EQ(fault_of("from=2026-03-04T00:00:00Z&to=2026-03-04T00:00:00.001Z"), PeriodFault::kNone);
  EXPECT_EQ(fault_of(""), PeriodFault::kMissing);
  EXPECT_EQ(fault_of("from=2026-03-04"), PeriodFault::kMissing);
  EXPECT_EQ(fault_of("date=2026-03-04&to=2026-03-05"), PeriodFault::kMissing);
  EXPECT_EQ(fault_of("date=yesterday"), PeriodFault::kNoSuchDate);
  EXPECT_EQ(fault_of("from=2026-03-04&to=2026-03-05T00:00:00Z"), PeriodFault::kNoSuchDate);
  EXPECT_EQ(fault_of("from=2026-03-05&to=2026-03-04"), PeriodFault::kBackwards);
  EXPECT_EQ(fault_of("from=2026-03-04T00:00:00Z&to=2026-03-04T00:00:00Z"), PeriodFault::kBackwards);
}

TEST(Periods, AreNeitherTooLongNorYetToBegin) {
  constexpr std::int64_t kDay = 86'400'000;
  EXPECT_EQ(check_period({0, 31 * kDay}, 31, 0), PeriodFault::kNone);
  EXPECT_EQ(check_period({0, 31 * kDay + 3'600'000}, 31, 0), PeriodFault::kNone) << "clocks were put back";
  EXPECT_EQ(check_period({0, 32 * kDay}, 31, 0), PeriodFault::kTooLong);
  EXPECT_EQ(check_period({kDay, 2 * kDay}, 31, kDay - 1), PeriodFault::kInTheFuture);
  EXPECT_NE(
      period_failure(PeriodFault::kTooLong, 31).body.find("(máx. 31 días)\",\"code\":\"period_too_long\""),
      std::string::npos);
}

TEST(Cursors, AreReadBackAsTheyWereGiven) {
  for (const postgis::PageKey& key :
       {postgis::PageKey{1772629200000, 31, 2}, postgis::PageKey{-5, -1, 0}, postgis::PageKey{}}) {
    EXPECT_EQ(parse_cursor(cursor_text(key)), key);
  }
  for (const char* text : {"", "1", "1.2", "1.2.", "1.2.3.", "1.2.3.4", "g.1.1", "1..3",
                           "11111111111111111.1.1", "1.2.ffffffffffffffff"}) {
    EXPECT_FALSE(parse_cursor(text)) << text;
  }
}

TEST(Forms, AreNamedByTheQueryOrElseByTheHeader) {
  EXPECT_EQ(find_list_form(Query(""), ""), ListForm::kJson);
  EXPECT_EQ(find_list_form(Query(""), "*/*"), ListForm::kJson);
  EXPECT_EQ(find_list_form(Query(""), "text/csv;q=0.9"), ListForm::kCsv);
  EXPECT_EQ(find_list_form(Query(""), "application/x-ndjson"), ListForm::kNdjson);
  EXPECT_EQ(find_list_form(Query("format=ndjson"), "text/csv"), ListForm::kNdjson);
  EXPECT_FALSE(find_list_form(Query("format=xlsx"), ""));
}

TEST(DatabaseTimes, HaveAlwaysMilliseconds) {
  const auto written = [](std::string_view text) {
    std::string out;
    append_database_time(text, out);
    return out;
  };
  EXPECT_EQ(written("2026-03-04 18:20:05+00"), "2026-03-04T18:20:05.000Z");
  EXPECT_EQ(written("2026-03-04 18:20:05.5+00"), "2026-03-04T18:20:05.500Z");
  EXPECT_EQ(written("2026-03-04 18:20:05.123456+00"), "2026-03-04T18:20:05.123Z");
}

TEST(EntityTags, AreOfWhatIsSaid) {
  const auto tagged = [](const std::string& body, const std::string& known) {
    return with_etag({.if_none_match = known}, HttpResponse{.body = body});
  };
  const std::string tag = tagged("a", "").etag;
  EXPECT_NE(tagged("b", "").etag, tag);
  EXPECT_EQ(tagged("a", tag).status, 304);
  EXPECT_EQ(tagged("a", "W/" + tag).status, 304);
  EXPECT_EQ(tagged("a", "*").status, 304);
  EXPECT_EQ(tagged("b", tag).status, 200);
  EXPECT_EQ(with_etag({.if_none_match = "*"}, failure(ApiError::kNotFound, "x")).status, 404);
}

}  // namespace
}  // namespace rastro
