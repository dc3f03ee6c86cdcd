// Clients against a real server.
#include "pipeline/postgis/client_store.h"

#include <gtest/gtest.h>

#include "tests/support/test_database.h"

namespace rastro::postgis {
namespace {

constexpr const char* kSquare =
    R"({"type":"Polygon","coordinates":[[[-58.4,-34.6],[-58.39,-34.6],[-58.39,-34.59],[-58.4,-34.59],[-58.4,-34.6]]]})";
constexpr const char* kBowTie =
    R"({"type":"Polygon","coordinates":[[[-58.4,-34.6],[-58.39,-34.59],[-58.39,-34.6],[-58.4,-34.59],[-58.4,-34.6]]]})";

class ClientStoreTest : public testing::Test {
 protected:
  static ClientEntry shop(const std::string& uid) {
    return {.uid = uid, .company_name = "Almacén Ñandú", .latitude_deg = -34.6037, .longitude_deg = -58.3816};
  }
  std::int64_t add(const ClientEntry& client) {
    const auto id = clients_.add(client);
    EXPECT_TRUE(id) << id.error().sentence;
    return id ? *id : 0;
  }
  StoredClient find(const std::string& uid) {
    const auto found = clients_.find(uid);
    EXPECT_TRUE(found && *found) << uid;
    return found && *found ? **found : StoredClient();
  }
  std::string area_fault(const std::string& geojson) {
    const auto fault = clients_.find_area_fault(geojson);
    EXPECT_TRUE(fault) << fault.error().sentence;
    return fault && *fault ? **fault : "";
  }

  test::TestDatabase database_;
  ClientStore clients_{database_.url()};
};

TEST_F(ClientStoreTest, KeepsWhatIsSaidAboutAClient) {
  ClientEntry entry = shop("C-17");
  entry.radius_m = 75.5;
  entry.area = kSquare;
  entry.min_visit_s = 300;
  entry.service_time_s = 900;
  entry.time_windows = R"([{"from":480,"to":720,"days":["monday"]}])";
  entry.address = "Av. 'Siempre' Viva \"742\"";
  entry.details = R"({"type_id":3})";
  const std::int64_t id = add(entry);
  const StoredClient client = find("C-17");
  EXPECT_EQ(client.id, id);
  EXPECT_EQ(client.company_name, "Almacén Ñandú");
  EXPECT_DOUBLE_EQ(client.latitude_deg, -34.6037);
  EXPECT_DOUBLE_EQ(client.longitude_deg, -58.3816);
  EXPECT_EQ(client.radius_m, 75.5);
  EXPECT_EQ(
      client.area,
      R"({"type":"MultiPolygon","coordinates":[[[[-58.4,-34.6],[-58.39,-34.6],[-58.39,-34.59],[-58.4,-34.59],[-58.4,-34.6]]]]})");
  EXPECT_EQ(client.min_visit_s, 300);
  EXPECT_EQ(client.service_time_s, 900);
  EXPECT_EQ(client.time_windows, R"([{"to": 720, "days": ["monday"], "from": 480}])");
  EXPECT_EQ(client.address, "Av. 'Siempre' Viva \"742\"");
  EXPECT_EQ(client.details, R"({"type_id": 3})");
  EXPECT_EQ((*clients_.find(id))->uid, "C-17");
  EXPECT_EQ(clients_.add(entry).error().kind, FailureKind::kAlreadyExists) << "its uid is taken";
}

TEST_F(ClientStoreTest, IsInTheBooksWhereSomebodyActs) {
  add(shop("A"));
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.audit"), "0") << "nobody's name was given";
  clients_.act_as("shell ana");
  add(shop("B"));
  EXPECT_TRUE(*clients_.change({.uid = "A", .radius_m = 80}));
  clients_.act_as("apikey rastro_0");
  EXPECT_TRUE(*clients_.remove("A"));
  EXPECT_EQ(database_.value("SELECT string_agg(concat_ws(' ', actor, action, detail->>'uid_client'), ', ' "
                            "ORDER BY id) FROM rastro.audit"),
            "shell ana client-add B, shell ana client-change A, apikey rastro_0 client-remove A");
  EXPECT_EQ(database_.value("SELECT concat(detail->'before', detail->'after') FROM rastro.audit "
                            "WHERE action = 'client-change'"),
            R"({"radius_m": 100}{"radius_m": 80})");
  clients_.act_as("");
  add(shop("C"));
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.audit"), "3");
}

TEST_F(ClientStoreTest, HasDefaultsAndANumberForWhatWasLeftOut) {
  const std::int64_t id = add(shop(""));
  const StoredClient client = find("rastro-" + std::to_string(id));
  EXPECT_EQ(client.radius_m, 100);
  EXPECT_EQ(client.area, "");
  EXPECT_EQ(client.min_visit_s, 0);
  EXPECT_FALSE(client.service_time_s);
  EXPECT_EQ(client.time_windows, "[]");
}

TEST_F(ClientStoreTest, TakesAPointInsideTheAreaWhereNoneWasGiven) {
  add({.uid = "A", .company_name = "A", .area = kSquare});
  EXPECT_EQ(database_.value("SELECT ST_Contains(area, position) FROM rastro.client"), "t");
}

TEST_F(ClientStoreTest, ChangesWhatWasGivenAndNothingElse) {
  ClientEntry entry = shop("A");
  entry.radius_m = 75;
  entry.area = kSquare;
  entry.service_time_s = 900;
  entry.details = R"({"type_id":3,"city":"Rosario"})";
  add(entry);
  EXPECT_TRUE(*clients_.change({.uid = "A", .address = "Calle 1", .details = R"({"type_id":4})"}));
  StoredClient client = find("A");
  EXPECT_EQ(client.address, "Calle 1");
  EXPECT_EQ(client.radius_m, 75);
  EXPECT_NE(client.area, "");
  EXPECT_EQ(client.service_time_s, 900);
  EXPECT_EQ(client.details, R"({"city": "Rosario", "type_id": 4})");
  EXPECT_TRUE(*clients_.change({.uid = "A", .area = "", .service_time_s = 0}));
  client = find("A");
  EXPECT_EQ(client.area, "");
  EXPECT_FALSE(client.service_time_s);
  EXPECT_FALSE(*clients_.change({.uid = "B", .address = "Calle 1"})) << "there is none";
}

TEST_F(ClientStoreTest, ImportsTheSameFileTwiceWithoutAChange) {
  std::vector<ClientEntry> file = {shop("A"), shop("B"), {.uid = "C", .company_name = "C", .area = kSquare}};
  auto done = clients_.import(file);
  ASSERT_TRUE(done) << done.error().sentence;
  EXPECT_EQ(done->added, 3U);
  const std::string before =
      database_.value("SELECT string_agg(c::text, ';' ORDER BY id) FROM rastro.client c");
  done = clients_.import(file);
  ASSERT_TRUE(done) << done.error().sentence;
  EXPECT_EQ(done->added, 0U);
  EXPECT_EQ(done->changed, 0U);
  EXPECT_EQ(done->unchanged, 3U);
  EXPECT_EQ(database_.value("SELECT string_agg(c::text, ';' ORDER BY id) FROM rastro.client c"), before);
  file[1].radius_m = 50;
  file.push_back(shop("D"));
  done = clients_.import(file);
  ASSERT_TRUE(done) << done.error().sentence;
  EXPECT_EQ(done->added, 1U);
  EXPECT_EQ(done->changed, 1U);
  EXPECT_EQ(done->unchanged, 2U);
}

TEST_F(ClientStoreTest, ImportsAllOrNothing) {
  const std::vector<ClientEntry> file = {shop("A"), {.uid = "B"}};
  EXPECT_FALSE(clients_.import(file));
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.client"), "0");
  EXPECT_TRUE(clients_.import(std::vector{shop("A")})) << "the connection is of use after that";
}

TEST_F(ClientStoreTest, ListsPageByPageInTheOrderOfTheirIds) {
  for (const char* uid : {"C", "A", "B"}) add(shop(uid));
  const auto page = clients_.list(1, 2);
  ASSERT_TRUE(page) << page.error().sentence;
  ASSERT_EQ(page->clients.size(), 2U);
  EXPECT_EQ(page->clients[0].uid, "A");
  EXPECT_EQ(page->clients[1].uid, "B");
  EXPECT_EQ(page->total, 3);
}

TEST_F(ClientStoreTest, RemovesByUid) {
  add(shop("A"));
  EXPECT_TRUE(*clients_.remove("A"));
  EXPECT_FALSE(*clients_.remove("A"));
}

TEST_F(ClientStoreTest, SaysWhatIsWrongWithAnArea) {
  EXPECT_EQ(area_fault(kSquare), "");
  EXPECT_EQ(area_fault(kBowTie), "Self-intersection[-58.395 -34.595]");
  EXPECT_EQ(area_fault("{"), "not_geojson");
  EXPECT_EQ(area_fault(R"({"type":"Polygon","coordinates":"x"})"), "not_geojson");
  EXPECT_EQ(area_fault(R"({"type":"Point","coordinates":[-58,-34]})"), "not_polygon");
  EXPECT_EQ(area_fault(R"({"type":"Polygon","coordinates":[]})"), "empty");
  EXPECT_EQ(area_fault(R"({"type":"Polygon","coordinates":[[[-34,-100],[-33,-100],[-33,-99],[-34,-100]]]})"),
            "out_of_range");
}

TEST_F(ClientStoreTest, IsGuardedByTheDatabaseToo) {
  ClientEntry nowhere = shop("A");
  nowhere.latitude_deg = 0;
  nowhere.longitude_deg = 0;
  EXPECT_EQ(clients_.add(nowhere).error().sqlstate, "23514") << "a check";
  ClientEntry crossed = shop("A");
  crossed.area = kBowTie;
  EXPECT_EQ(clients_.add(crossed).error().sqlstate, "23514");
  ClientEntry pointless = shop("A");
  pointless.radius_m = 0;
  EXPECT_EQ(clients_.add(pointless).error().sqlstate, "23514");
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.client"), "0");
}

}  // namespace
}  // namespace rastro::postgis
