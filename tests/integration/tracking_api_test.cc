// Lists, statistics and plans over rows of a real server.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/api_fixture.h"

namespace rastro {
namespace {

namespace json = boost::json;

class Lists : public test::ApiFixture {};
class Visits : public test::ApiFixture {};
class Statistics : public test::ApiFixture {};
class Plan : public test::ApiFixture {};

TEST_F(Lists, HoldWhatBeganInThePeriod) {
  add_fix(1, "2026-03-04 13:00Z", -58.4, -34.6);
  add_trip(1, "2026-03-04 02:00Z", "2026-03-04 04:00Z", "LINESTRING(-58.4 -34.6,-58.39 -34.6)");
  add_trip(1, "2026-03-04 13:00Z", "2026-03-04 13:30:00.6Z", "LINESTRING(-58.4 -34.6,-58.39 -34.6)");
  add_trip(2, "2026-03-04 13:00Z", "2026-03-04 13:30Z", "LINESTRING(-58.4 -34.6,-58.39 -34.6)");
  EXPECT_EQ(
      get("/api/v1/devices/1/trips?date=2026-03-04").body,
      R"({"success":true,"data":{"trips":[{"device_id":1,"started_at":"2026-03-04T13:00:00.000Z","ended_at":"2026-03-04T13:30:00.600Z",)"
      R"("duration_s":1801,"distance_m":1500,"measured_m":1480.5,"odometer_m":1500,"reach_m":900,"max_speed_kmh":60,"standing_s":62,)"
      R"("overspeed_s":0,"ends_in_gap":false,"from":{"latitude":-34.6,"longitude":-58.4},"to":{"latitude":-34.6,"longitude":-58.39},)"
      R"("parameters_id":1}],"next_cursor":null},"notices":[]})");
  EXPECT_EQ(data("/api/v1/devices/1/trips?from=2026-03-04T01:00:00Z&to=2026-03-04T13:00:00Z")
                .at("trips")
                .as_array()
                .size(),
            1U);
  EXPECT_EQ(data("/api/v1/devices/1/trips?from=2026-03-03&to=2026-03-04").at("trips").as_array().size(), 2U);
  EXPECT_EQ(notices("/api/v1/devices/2/trips?date=2026-03-04"), "no_fixes ");
}

TEST_F(Lists, AreReadPageByPageWithoutLossOrRepetition) {
  std::set<std::string> expected;
  for (int minute = 10; minute < 27; ++minute) {
    const std::string time = "2026-03-04T13:" + std::to_string(minute) + ":00.000Z";
    add_stop(1, time, "infinity");
    expected.insert(time);
  }
  // Three that nothing but their settling tells apart.
  for (const char* settled : {"2026-03-04 14:00Z", "2026-03-04 14:01Z", "2026-03-04 14:02Z"})
    add_stop(1, "2026-03-04 13:10:00Z", settled);
  for (const int limit : {1, 2, 3, 4, 7, 20, 21}) {
    std::multiset<std::string> seen;
    std::string cursor;
    do {
      const json::value page = data("/api/v1/devices/1/stops?date=2026-03-04&limit=" + std::to_string(limit) +
                                    (cursor.empty() ? "" : "&cursor=" + cursor));
      for (const json::value& stop : page.at("stops").as_array())
        seen.emplace(stop.at("started_at").as_string());
      cursor = page.at("next_cursor").is_null() ? "" : std::string(page.at("next_cursor").as_string());
    } while (!cursor.empty());
    EXPECT_EQ(seen.size(), 20U) << limit;
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()), expected) << limit;
  }
}

TEST_F(Lists, AreCsvOrLinesOfJsonWhereThatIsAskedFor) {
  add_stop(1, "2026-03-04 13:10Z", "infinity");
  add_stop(1, "2026-03-04 13:20Z", "infinity");
  const std::string target = "/api/v1/devices/1/stops?date=2026-03-04";
  HttpResponse response = get(target + "&format=csv&limit=1");
  EXPECT_EQ(response.content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(
      response.body,
      "device_id,started_at,ended_at,duration_s,latitude,longitude,idling_s,fixes,spread_m,parameters_id\r\n"
      "1,2026-03-04T13:10:00.000Z,,,-34.6,-58.4,0,9,5,1\r\n");
  ASSERT_EQ(response.headers.size(), 2U);
  EXPECT_EQ(response.headers[0].name, "Link");
  EXPECT_EQ(response.headers[1].value, "no_fixes");
  const std::string& link = response.headers[0].value;
  EXPECT_EQ(link.substr(link.find('>')), ">; rel=\"next\"");
  response = get(link.substr(1, link.find('>') - 1));
  EXPECT_NE(response.body.find("13:20"), std::string::npos)
      << "the link leads to the next page in the same form";
  EXPECT_EQ(response.content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(ask({.method = "GET", .path = target, .accept = "text/csv"}).body.substr(0, 10), "device_id,");
  response = ask({.method = "GET", .path = target, .accept = "application/x-ndjson"});
  EXPECT_EQ(std::ranges::count(response.body, '\n'), 2);
  EXPECT_EQ(error(target + "&format=xml"), "format");
}

TEST_F(Lists, AreNotSentAgainToWhoHasThem) {
  add_stop(1, "2026-03-04 13:10Z", "infinity");
  const std::string target = "/api/v1/devices/1/stops?date=2026-03-04";
  const HttpResponse first = get(target);
  EXPECT_EQ(first.etag.size(), 18U);
  const HttpResponse again = ask({.method = "GET", .path = target, .if_none_match = "\"x\", " + first.etag});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(again.etag, first.etag);
  add_stop(1, "2026-03-04 13:20Z", "infinity");
  EXPECT_EQ(ask({.method = "GET", .path = target, .if_none_match = first.etag}).status, 200);
}

TEST_F(Lists, HaveTheirMistakesNamed) {
  const std::string list = "/api/v1/devices/1/trips";
  EXPECT_EQ(error(list), "period_missing");
  EXPECT_EQ(error(list + "?from=2026-03-04"), "period_missing");
  EXPECT_EQ(error(list + "?date=2026-03-04&from=2026-03-04"), "period_missing");
  EXPECT_EQ(error(list + "?date=2026-02-30"), "no_such_date");
  EXPECT_EQ(error(list + "?from=2026-03-04&to=2026-03-04T10:00:00Z"), "no_such_date");
  EXPECT_EQ(error(list + "?from=2026-03-05&to=2026-03-04"), "period_backwards");
  EXPECT_EQ(error(list + "?from=2025-01-01&to=2026-01-02"), "period_too_long");
  EXPECT_EQ(error(list + "?from=2025-01-01&to=2026-01-01"), "200");
  EXPECT_EQ(error(list + "?date=2999-01"), "period_in_the_future");
  EXPECT_EQ(error(list + "?date=2026-03-04&limit=1001"), "limit");
  EXPECT_EQ(error(list + "?date=2026-03-04&format=csv&limit=1001"), "200");
  EXPECT_EQ(error(list + "?date=2026-03-04&cursor=x"), "cursor");
  EXPECT_EQ(error(list + "?date=2026-03-04&cursor=1.2"), "cursor");
  EXPECT_EQ(error(list + "?date=2026-03-04&colour=red"), "colour");
  EXPECT_EQ(error("/api/v1/devices/x/trips?date=2026-03-04"), "BAD_REQUEST");
  EXPECT_EQ(error("/api/v1/devices/9/trips?date=2026-03-04"), "NOT_FOUND");
  EXPECT_EQ(error("/api/v1/clients/x/visits?date=2026-03-04"), "client_id");
  EXPECT_EQ(error("/api/v1/clients/9/visits?date=2026-03-04"), "client_id");
  EXPECT_EQ(error("/api/v1/visits?from=2026-01-01&to=2026-02-28"), "period_too_long")
      << "of the whole fleet: a month";
  EXPECT_EQ(error("/api/v1/statistics?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z"), "no_such_date");
  EXPECT_EQ(error("/api/v1/statistics?date=2026-03&by=year"), "by");
  EXPECT_EQ(error("/api/v1/devices/1/statistics?date=2026-03&each=device"), "each");
}

TEST_F(Visits, AreExplained) {
  const std::string shop = add_client("CL-7", "Almacén Sur");
  const std::string next_door = add_client("CL-8", "Kiosco");
  run("INSERT INTO rastro.client_applied SELECT id, position, 80, area, 300 FROM rastro.client");
  run("INSERT INTO rastro.tracking_parameters (parameters) VALUES ('{\"min_stop_s\": 120}')");
  add_visit(1, shop, "2026-03-04 13:40Z", "2026-03-04 14:01Z", next_door);
  const json::value visit = data("/api/v1/devices/1/visits?date=2026-03-04").at("visits").at(0);
  EXPECT_EQ(json::serialize(visit.at("client")),
            R"({"id":)" + shop + R"(,"uid_client":"CL-7","company_name":"Almacén Sur"})");
  EXPECT_EQ(json::serialize(visit.at("runner_up")),
            R"({"id":)" + next_door +
                R"(,"uid_client":"CL-8","company_name":"Kiosco","confidence":2.5E-1,"distance_m":31})");
  EXPECT_TRUE(visit.at("ambiguous").as_bool());
  const json::value& explanation = visit.at("explanation");
  EXPECT_EQ(explanation.at("why").as_string(),
            "1 stop at rest in its circle of 80 m, 23 m from the point of Almacén Sur, by 12 fixes; it "
            "cannot be told from "
            "Kiosco, 31 m away");
  EXPECT_EQ(json::serialize(explanation.at("rule")), R"({"radius_m":80,"min_visit_s":300})");
  EXPECT_EQ(json::serialize(explanation.at("parameters")), R"({"min_stop_s":120})");
  EXPECT_EQ(explanation.at("fixes").as_int64(), 12);
}

TEST_F(Visits, AreListedForADeviceAClientAndAll) {
  const std::string shop = add_client("CL-7", "Almacén Sur");
  const std::string garage = add_client("CL-2", "Taller");
  add_visit(1, shop, "2026-03-04 13:40Z", "2026-03-04 14:01Z");
  add_visit(2, shop, "2026-03-04 12:00Z", "");
  add_visit(2, garage, "2026-03-20 12:00Z", "2026-03-20 13:00Z");
  EXPECT_EQ(data("/api/v1/devices/2/visits?date=2026-03").at("visits").as_array().size(), 2U);
  EXPECT_EQ(data("/api/v1/clients/" + shop + "/visits?date=2026-03").at("visits").as_array().size(), 2U);
  const json::array all = data("/api/v1/visits?date=2026-03").at("visits").as_array();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].at("device_id").as_int64(), 2) << "oldest first";
  EXPECT_TRUE(all[0].at("left_at").is_null()) << "it lasts";
  EXPECT_TRUE(all[0].at("duration_s").is_null());
  EXPECT_TRUE(all[0].at("runner_up").is_null());
  EXPECT_FALSE(data("/api/v1/visits?date=2026-03&explain=false")
                   .at("visits")
                   .at(0)
                   .as_object()
                   .contains("explanation"));
  EXPECT_NE(get("/api/v1/visits?date=2026-03&format=csv").body.find("client_company_name"),
            std::string::npos);
}

TEST_F(Statistics, HaveARowForEachDayWeekOrMonthAlsoWhereNothingIsKnown) {
  add_day(1, "2026-03-04", 1000, 2);  // a Wednesday
  add_day(2, "2026-03-04", 500, 1);
  add_day(1, "2026-03-08", 300, 1);
  const json::array days =
      data("/api/v1/devices/1/statistics?from=2026-03-03&to=2026-03-05").at("statistics").as_array();
  ASSERT_EQ(days.size(), 3U);
  EXPECT_EQ(days[0].at("days").as_int64(), 0);
  EXPECT_TRUE(days[0].at("distance_m").is_null()) << "nothing is known, which is not nothing driven";
  EXPECT_EQ(days[1].at("from").as_string(), "2026-03-04");
  EXPECT_EQ(days[1].at("distance_m").to_number<double>(), 1000);
  EXPECT_EQ(days[1].at("driving_s").as_int64(), 3600);
  const json::array weeks =
      data("/api/v1/statistics?from=2026-03-04&to=2026-03-10&by=week").at("statistics").as_array();
  ASSERT_EQ(weeks.size(), 2U);
  EXPECT_EQ(weeks[0].at("from").as_string(), "2026-03-04") << "no day before the first that was asked for";
  EXPECT_EQ(weeks[0].at("to").as_string(), "2026-03-08");
  EXPECT_EQ(weeks[0].at("distance_m").to_number<double>(), 1800);
  EXPECT_EQ(weeks[0].at("devices").as_int64(), 2);
  EXPECT_EQ(weeks[0].at("days").as_int64(), 2);
  EXPECT_EQ(weeks[1].at("devices").as_int64(), 0);
  const json::array month = data("/api/v1/statistics?date=2026-03&by=month").at("statistics").as_array();
  ASSERT_EQ(month.size(), 1U);
  EXPECT_EQ(month[0].at("trips").as_int64(), 4);
}

TEST_F(Statistics, HaveARowForEachDevicePageByPage) {
  for (int device = 1; device <= 3; ++device) {
    add_day(device, "2026-03-04", 1000, 2);
    add_day(device, "2026-03-12", 1000, 2);
  }
  std::string seen;
  std::string cursor;
  do {
    const json::value page = data("/api/v1/statistics?date=2026-03&by=week&each=device&limit=2" +
                                  (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const json::value& row : page.at("statistics").as_array())
      seen += std::string(row.at("from").as_string()).substr(8) + ":" +
              std::to_string(row.at("device_id").as_int64()) + " ";
    cursor = page.at("next_cursor").is_null() ? "" : std::string(page.at("next_cursor").as_string());
  } while (!cursor.empty());
  EXPECT_EQ(seen, "02:1 02:2 02:3 09:1 09:2 09:3 ");
}

TEST_F(Plan, SetsVisitsAgainstTheWindowsOfTheirClients) {
  // 2026-03-04 is a Wednesday. Times in windows are local: 08:00 is 11:00 UTC.
  const std::string on_time = add_client("on time", "A", R"([{"from":480,"to":720}])");
  const std::string late = add_client("late", "B", R"([{"from":480,"to":720,"days":["wednesday"]}])");
  const std::string early = add_client("early", "C", R"([{"from":480,"to":720}])");
  add_client("missed", "D", R"([{"from":480,"to":720}])");
  add_client("thursday", "E", R"([{"from":480,"to":720,"days":["thursday"]}])");
  const std::string twice = add_client("twice", "F", R"([{"from":480,"to":600},{"from":840,"to":960}])");
  const std::string unplanned = add_client("unplanned", "G");
  add_visit(1, on_time, "2026-03-04 11:00Z", "2026-03-04 11:30Z");
  add_visit(1, late, "2026-03-04 15:01Z", "2026-03-04 15:30Z");
  add_visit(1, early, "2026-03-04 10:59Z", "2026-03-04 11:30Z");
  add_visit(2, twice, "2026-03-04 17:10Z", "2026-03-04 17:30Z");
  add_visit(2, unplanned, "2026-03-04 18:00Z", "");
  add_visit(2, on_time, "2026-03-05 11:00Z", "");  // another day
  std::string seen;
  const json::value plan = data("/api/v1/visits/plan?date=2026-03-04");
  for (const json::value& row : plan.at("plan").as_array())
    seen += std::string(row.at("client").at("uid_client").as_string()) + "=" +
            std::string(row.at("state").as_string()) + " ";
  EXPECT_EQ(seen,
            "on time=on_time late=late early=early missed=not_visited twice=not_visited twice=on_time "
            "unplanned=unplanned ");
  const json::array missed =
      data("/api/v1/visits/plan?date=2026-03-04&state=not_visited").at("plan").as_array();
  ASSERT_EQ(missed.size(), 2U);
  EXPECT_TRUE(missed[0].at("visit").is_null());
  EXPECT_EQ(missed[0].at("window").at("from").as_string(), "2026-03-04T11:00:00.000Z");
  const json::value page = data("/api/v1/visits/plan?date=2026-03-04&limit=4");
  EXPECT_EQ(page.at("plan").as_array().size(), 4U);
  EXPECT_EQ(data("/api/v1/visits/plan?date=2026-03-04&limit=4&cursor=" +
                 std::string(page.at("next_cursor").as_string()))
                .at("plan")
                .as_array()
                .size(),
            3U);
  EXPECT_EQ(data("/api/v1/visits/plan?date=2999-03-06&state=due").at("plan").as_array().size(), 6U)
      << "a day to come can be asked for: a Wednesday";
  EXPECT_EQ(error("/api/v1/visits/plan"), "period_missing");
  EXPECT_EQ(error("/api/v1/visits/plan?date=2026-03"), "no_such_date");
  EXPECT_EQ(error("/api/v1/visits/plan?date=2026-03-04&state=lost"), "state");
}

}  // namespace
}  // namespace rastro
