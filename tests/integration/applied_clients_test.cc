// The clients as visits are made with, against a real server.
#include "pipeline/postgis/applied_clients.h"

#include <gtest/gtest.h>

#include "pipeline/postgis/client_store.h"
#include "tests/support/test_database.h"

namespace rastro::postgis {
namespace {

constexpr const char* kYards =
    R"({"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[3,3],[6,3],[6,6],[3,6],[3,3]]],)"
    R"([[[20,0],[21,0],[21,1],[20,0]]]]})";

TEST(AppliedClients, HaveTheRingsOfTheirAreasAndTheirLeastVisits) {
  const test::TestDatabase database;
  ClientStore clients(database.url());
  const auto circle =
      clients.add({.uid = "A", .company_name = "A", .latitude_deg = 1, .longitude_deg = 2, .radius_m = 50});
  const auto yards = clients.add({.uid = "B", .company_name = "B", .area = kYards, .min_visit_s = 300});
  ASSERT_TRUE(circle && yards);
  auto connection = Connection::open(database.url());
  ASSERT_TRUE(connection) << connection.error().sentence;
  AppliedClients applied;
  for (const bool expected : {true, false}) {  // once applied nothing differs any more
    ASSERT_TRUE(connection->run("BEGIN"));
    const auto changed = applied.apply(*connection);
    ASSERT_TRUE(changed) << changed.error().sentence;
    EXPECT_EQ(*changed, expected);
    ASSERT_TRUE(connection->commit());
  }
  ASSERT_TRUE(connection->run("BEGIN"));
  const auto held = applied.hold(*connection);
  ASSERT_TRUE(held) << held.error().sentence;
  ASSERT_TRUE(connection->commit());

  const tracking::Client* point = applied.index().find(*circle);
  ASSERT_NE(point, nullptr);
  EXPECT_EQ(point->place.latitude_deg, 1);
  EXPECT_EQ(point->place.longitude_deg, 2);
  EXPECT_EQ(point->radius_m, 50);
  EXPECT_TRUE(point->area.empty());
  EXPECT_EQ(point->min_visit_s, 0);
  const tracking::Client* shape = applied.index().find(*yards);
  ASSERT_NE(shape, nullptr);
  EXPECT_EQ(shape->min_visit_s, 300);
  ASSERT_EQ(shape->area.size(), 3U) << "two polygons, one with a hole";
  EXPECT_EQ(shape->area[1].size(), 5U);
  EXPECT_EQ(shape->area[1][1].longitude_deg, 6);
  EXPECT_EQ(shape->area[1][1].latitude_deg, 3);
  EXPECT_EQ(shape->area[2].size(), 4U);
}

}  // namespace
}  // namespace rastro::postgis
