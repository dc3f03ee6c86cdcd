// Tracks, tiles and positions over rows of a real server.
#include <gtest/gtest.h>

#include "tests/support/api_fixture.h"

namespace rastro {
namespace {

namespace json = boost::json;

class Tracks : public test::ApiFixture {};

TEST_F(Tracks, AreLinesOfTheFixesThatCountCutWhereTheDeviceWasSilent) {
  add_fix(1, "2026-03-04 13:00:00Z", -58.40, -34.60);
  add_fix(1, "2026-03-04 13:00:30Z", -58.39, -34.60001);
  add_fix(1, "2026-03-04 13:01:00Z", -58.38, -34.60);
  add_fix(1, "2026-03-04 13:01:30Z", 0, 0, false);
  add_fix(1, "2026-03-04 13:02:00Z", -50, -30);  // set aside
  run("INSERT INTO rastro.fix_set_aside VALUES (1, '2026-03-04 13:02:00Z', " + std::to_string(hash_) +
      ", 'infinity', 2)");
  add_fix(1, "2026-03-04 13:30:00Z", -58.37, -34.60);
  add_fix(1, "2026-03-04 14:00:01Z", -58.36, -34.60);
  const HttpResponse response = get("/api/v1/devices/1/track?date=2026-03-04");
  EXPECT_EQ(response.content_type, "application/geo+json");
  EXPECT_EQ(
      response.body,
      R"({"type":"FeatureCollection","features":[)"
      R"({"type":"Feature","geometry":{"type":"LineString","coordinates":[[-58.4,-34.6],[-58.39,-34.60001],[-58.38,-34.6],[-58.37,-34.6]]},)"
      R"("properties":{"device_id":1,"started_at":"2026-03-04T13:00:00.000Z","ended_at":"2026-03-04T13:30:00.000Z","fixes":4,"points":4,)"
      R"("times_ms":[1772629200000, 1772629230000, 1772629260000, 1772631000000]}},)"
      R"({"type":"Feature","geometry":{"type":"Point","coordinates":[-58.36,-34.6]},)"
      R"("properties":{"device_id":1,"started_at":"2026-03-04T14:00:01.000Z","ended_at":"2026-03-04T14:00:01.000Z","fixes":1,"points":1,)"
      R"("times_ms":[1772632801000]}}],"notices":[]})");
  const json::value simple = json::parse(get("/api/v1/devices/1/track?date=2026-03-04&simplify=5").body);
  const json::value& line = simple.at("features").at(0);
  EXPECT_EQ(line.at("geometry").at("coordinates").as_array().size(), 2U)
      << "a metre beside the line is none of its corners";
  EXPECT_EQ(json::serialize(line.at("properties").at("times_ms")), "[1772629200000,1772631000000]");
  EXPECT_EQ(line.at("properties").at("fixes").as_int64(), 4);
  EXPECT_EQ(notices("/api/v1/devices/2/track?date=2026-03-04"), "no_fixes ");
  EXPECT_EQ(error("/api/v1/devices/1/track?date=2026-03-04&simplify=-1"), "simplify");
  EXPECT_EQ(error("/api/v1/devices/1/track?from=2026-01-01&to=2026-02-28"), "period_too_long");
}

TEST_F(Tracks, AreTilesOfAMap) {
  add_trip(1, "2026-03-04 13:00Z", "2026-03-04 13:30Z", "LINESTRING(-58.4 -34.6,-58.39 -34.6)");
  add_trip(2, "2026-03-04 13:00Z", "2026-03-04 13:30Z", "LINESTRING(-58.4 -34.6,-58.38 -34.6)");
  const std::string tile = "/api/v1/tiles/tracks/10/345/617.mvt?date=2026-03-04";
  const HttpResponse both = get(tile);
  EXPECT_EQ(both.status, 200) << both.body;
  EXPECT_EQ(both.content_type, "application/vnd.mapbox-vector-tile");
  EXPECT_NE(both.body.find("tracks"), std::string::npos);
  const HttpResponse one = get(tile + "&device_id=1");
  EXPECT_NE(one.body.find("tracks"), std::string::npos);
  EXPECT_LT(one.body.size(), both.body.size());
  EXPECT_EQ(get("/api/v1/tiles/tracks/10/345/617?date=2026-03-05").body, "") << "nothing that day";
  EXPECT_EQ(get("/api/v1/tiles/tracks/10/346/617?date=2026-03-04").body, "") << "nothing there";
  EXPECT_EQ(error("/api/v1/tiles/tracks/23/0/0?date=2026-03-04"), "z");
  EXPECT_EQ(error("/api/v1/tiles/tracks/1/2/0?date=2026-03-04"), "x");
  EXPECT_EQ(error("/api/v1/tiles/tracks/1/0/-1?date=2026-03-04"), "y");
  EXPECT_EQ(error("/api/v1/tiles/tracks/1/0/0?date=2026-03-04&device_id=9"), "NOT_FOUND");
  EXPECT_EQ(error("/api/v1/tiles/tracks/1/0/0"), "period_missing");
}

TEST_F(Tracks, BeginWhereTheDevicesAreNow) {
  live_.offer(DeviceIdentity("2"), {1772648405000, -31.4135, -64.18105}, 1772648405000);
  EXPECT_EQ(
      get("/api/v1/positions").body,
      R"({"success":true,"data":[{"device_id":2,"timestamp":"2026-03-04T18:20:05.000Z","latitude":-31.4135,"longitude":-64.18105}]})");
}

}  // namespace
}  // namespace rastro
