#include <gtest/gtest.h>

#include "gateway/api/api_keys.h"
#include "gateway/api/devices.h"
#include "gateway/api/envelope.h"
#include "gateway/api/router.h"
#include "schema/json.h"
#include "tests/support/test_gate.h"

namespace rastro {
namespace {

postgis::DeviceRow row(std::int64_t id, const std::string& imei) {
  postgis::DeviceRow device;
  device.id = id;
  device.imei = imei;
  device.name = "Kangoo";
  device.last_name = "AB 123 CD";
  device.working_zones = "[]";
  device.working_hours = "{}";
  return device;
}

class DeviceRoutes : public ::testing::Test {
 protected:
  DeviceRoutes() {
    add_device_routes(router_, directory_, live_);
    router_.guard_with(test::one_key("good"));
  }

  HttpResponse get(const std::string& path, const std::string& authorization = "Bearer good") {
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    request.authorization = authorization;
    std::string_view route;
    return router_.answer(request, route);
  }

  Router router_;
  DeviceDirectory directory_;
  LiveState live_;
};

TEST_F(DeviceRoutes, NeedAKeyThatIsKnown) {
  for (const auto* header : {"", "good", "Bearer bad", "Basic good", "Bearer "}) {
    const HttpResponse response = get("/v1/devices", header);
    EXPECT_EQ(response.status, 401) << header;
    EXPECT_NE(response.body.find("\"type\":\"UNAUTHORIZED\""), std::string::npos);
  }
}

TEST_F(DeviceRoutes, SayThatTheDatabaseIsAwayInsteadOfAnEmptyList) {
  EXPECT_EQ(get("/v1/devices").status, 503);
  directory_.replace({}, {});
  EXPECT_EQ(get("/v1/devices").body, R"({"success":true,"data":[]})");
}

TEST_F(DeviceRoutes, AnswerInPersatsForm) {
  directory_.replace({row(31, "352093086403655")}, {});
  live_.offer(DeviceIdentity("352093086403655"), {1772648405000, -31.4135, -64.18105}, 1772648405000);
  EXPECT_EQ(get("/v1/devices/31").body,
            R"({"success":true,"data":{"id":31,"type":"VEHICLE","serial_number":"352093086403655",)"
            R"("first_name":"Kangoo","last_name":"AB 123 CD","working_zones":[],"working_hours":{}}})");
  EXPECT_EQ(get("/v1/devices-lasttrackingpoint/31").body,
            R"({"success":true,"data":{"device_id":31,"timestamp":"2026-03-04T18:20:05.000Z",)"
            R"("latitude":-31.4135,"longitude":-64.18105}})");
}

TEST_F(DeviceRoutes, HavePersatsErrorTexts) {
  directory_.replace({row(31, "352093086403655")}, {});
  for (const std::string path : {"/v1/devices/", "/v1/devices-lasttrackingpoint/"}) {
    EXPECT_EQ(
        get(path + "32").body,
        R"({"success":false,"error":{"status":404,"type":"NOT_FOUND","userMessage":"No existe un device con este id"}})");
    for (const auto* id : {"x", "1.5", "31x", "99999999999999999999"}) {
      EXPECT_EQ(
          get(path + id).body,
          R"({"success":false,"error":{"status":400,"type":"BAD_REQUEST","userMessage":"'device_id' debe ser un número entero"}})")
          << id;
    }
  }
  EXPECT_EQ(get("/v1/devices-lasttrackingpoint/31").body, R"({"success":true,"data":null})");
  EXPECT_EQ(get("/v1/nothing").status, 404);
}

TEST(LiveState, KeepsTheNewestAndNoFixFromTheFuture) {
  LiveState live;
  const DeviceIdentity device("1");
  live.offer(device, {1000, 1, 1}, 2000);
  live.offer(device, {500, 2, 2}, 2000);
  EXPECT_EQ(live.find(device)->latitude_deg, 1) << "an older fix never replaces a newer";
  live.offer(device, {2000 + 86400001, 3, 3}, 2000);
  EXPECT_EQ(live.find(device)->latitude_deg, 1) << "more than a day ahead of the clock";
  live.offer(device, {1500, 4, 4}, 2000);
  EXPECT_EQ(live.find(device)->latitude_deg, 4);
  EXPECT_FALSE(live.find(DeviceIdentity("2")));
}

TEST(ApiKeys, AreGoodUntilTheyAreRevoked) {
  const std::string key = make_api_key();
  EXPECT_NE(key, make_api_key());
  EXPECT_TRUE(key.starts_with("rastro_"));
  EXPECT_LT(api_key_prefix(key).size(), 16u) << "what is shown must not be enough to guess the rest";
  postgis::ApiKeyRow row;
  row.id = 7;
  row.prefix = api_key_prefix(key);
  const KeyHash hash = hash_api_key(key);
  row.role = "viewer";
  row.scopes = {"clients"};
  row.hash.assign(hash.begin(), hash.end());
  ApiKeys keys;
  keys.replace({row});
  const auto caller = keys.find(key);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->actor, "apikey " + row.prefix);
  EXPECT_EQ(caller->role, Role::kViewer);
  EXPECT_TRUE(caller->has_scope(Scope::kClients));
  EXPECT_FALSE(caller->has_scope(Scope::kDevices));
  EXPECT_FALSE(keys.find(key + "0"));
  EXPECT_FALSE(keys.find(""));
  EXPECT_EQ(keys.take_used(), std::set<std::int64_t>{7});
  EXPECT_TRUE(keys.take_used().empty());
  row.role = "owner";
  keys.replace({row});
  EXPECT_FALSE(keys.find(key)) << "a role that a newer program knows";
  row.role = "viewer";
  row.revoked_ms = 1;
  keys.replace({row});
  EXPECT_FALSE(keys.find(key));
}

TEST(ApiKeys, AreHashedWithSha256) {
  std::string hex;
  append_hex(hash_api_key("abc"), hex);
  EXPECT_EQ(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") << "FIPS 180-2, B.1";
}

TEST(Envelope, EscapesWhatItSays) {
  EXPECT_EQ(failure(ApiError::kConflict, "a \"b\"").body,
            R"({"success":false,"error":{"status":409,"type":"CONFLICT","userMessage":"a \"b\""}})");
}

}  // namespace
}  // namespace rastro
