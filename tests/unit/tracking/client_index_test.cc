// Clients by place: found wherever they are, and none that is not there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "pipeline/tracking/client_index.h"
#include "tests/unit/tracking/drive.h"

namespace rastro::tracking {
namespace {

using test::at;
using testing::ElementsAre;
using testing::IsEmpty;

Client circle(std::int64_t id, const Place& place, double radius_m) {
  Client client;
  client.id = id;
  client.place = place;
  client.radius_m = radius_m;
  return client;
}

Client area(std::int64_t id, std::vector<Ring> rings) {
  Client client = circle(id, rings[0][0], 100);
  client.area = std::move(rings);
  return client;
}

Ring square(double west_m, double south_m, double side_m) {
  return {at(west_m, south_m), at(west_m + side_m, south_m), at(west_m + side_m, south_m + side_m),
          at(west_m, south_m + side_m)};
}

std::vector<std::int64_t> ids(const ClientIndex& index, const Place& place, double margin_m = 0) {
  std::vector<ClientIndex::Near> near;
  index.find_near(place, margin_m, near);
  std::vector<std::int64_t> found;
  for (const auto& one : near) found.push_back(one.client->id);
  return found;
}

TEST(ClientIndex, AnEmptyIndexFindsNothing) {
  EXPECT_THAT(ids(ClientIndex(), at(0, 0)), IsEmpty());
  EXPECT_EQ(ClientIndex().find(1), nullptr);
}

TEST(ClientIndex, ACircleEndsAtItsRadius) {
  const ClientIndex index({circle(7, at(0, 0), 100)});
  EXPECT_THAT(ids(index, at(99, 0)), ElementsAre(7));
  EXPECT_THAT(ids(index, at(101, 0)), IsEmpty());
  EXPECT_THAT(ids(index, at(101, 0), 10), ElementsAre(7));
  EXPECT_EQ(index.find(7)->radius_m, 100);
  EXPECT_EQ(index.find(8), nullptr);
}

TEST(ClientIndex, TheNearestIsFirstAndOfTwoAtOnePointTheOlder) {
  const ClientIndex index({circle(3, at(50, 0), 100), circle(2, at(10, 0), 100), circle(1, at(10, 0), 100)});
  EXPECT_THAT(ids(index, at(0, 0)), ElementsAre(1, 2, 3));
}

TEST(ClientIndex, SmallAndHugeAreasStandTogether) {
  const ClientIndex index({circle(1, at(0, 0), 10), circle(2, at(20000, 0), 50000)});
  EXPECT_THAT(ids(index, at(0, 5)), ElementsAre(1, 2));
  EXPECT_THAT(ids(index, at(60000, 0)), ElementsAre(2));
}

TEST(ClientIndex, AnAreaHasCornersAndHoles) {
  const ClientIndex index({area(1, {square(0, 0, 100), square(40, 40, 20)})});
  EXPECT_THAT(ids(index, at(20, 20)), ElementsAre(1));
  EXPECT_THAT(ids(index, at(50, 50)), IsEmpty());
  EXPECT_THAT(ids(index, at(50, 50), 12), ElementsAre(1));
  EXPECT_THAT(ids(index, at(-5, 50)), IsEmpty());
  EXPECT_THAT(ids(index, at(-5, 50), 6), ElementsAre(1));
}

TEST(ClientIndex, ACircleMayLieAcrossTheAntimeridian) {
  const ClientIndex index({circle(1, {-17, 179.9995}, 200)});
  EXPECT_THAT(ids(index, {-17, -179.9995}), ElementsAre(1));
  EXPECT_THAT(ids(index, {-17, 179.999}), ElementsAre(1));
  EXPECT_THAT(ids(index, {-17, -179.99}), IsEmpty());
}

TEST(ClientIndex, ThePolesAreNoTrouble) {
  const ClientIndex index({circle(1, {90, 0}, 1000), circle(2, {-90, 10}, 1000)});
  EXPECT_THAT(ids(index, {89.9999, 0}), ElementsAre(1));
  EXPECT_THAT(ids(index, {-89.9999, 10}), ElementsAre(2));
}

TEST(ClientIndex, FindsWhatLookingAtEachWouldFind) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> metres(-5000, 5000);
  std::uniform_real_distribution<double> radius(5, 800);
  std::vector<Client> clients;
  for (int i = 0; i < 2000; ++i)
    clients.push_back(circle(i, at(metres(random), metres(random)), radius(random)));
  const ClientIndex index(clients);
  for (int i = 0; i < 500; ++i) {
    const Place place = at(metres(random), metres(random));
    std::vector<std::int64_t> expected;
    for (const Client& client : clients) {
      if (distance_m(client.place, place) <= client.radius_m + 20) expected.push_back(client.id);
    }
    EXPECT_THAT(ids(index, place, 20), testing::UnorderedElementsAreArray(expected));
  }
}

}  // namespace
}  // namespace rastro::tracking
