// Persat's endpoints of clients, visits and days over rows of a real server.
#include <gtest/gtest.h>

#include "tests/support/api_fixture.h"

namespace rastro {
namespace {

namespace json = boost::json;

class PersatClients : public test::ApiFixture {};
class PersatVisits : public test::ApiFixture {};
class PersatSummary : public test::ApiFixture {};

TEST_F(PersatClients, AreMadeReadChangedAndDeletedInItsForm) {
  HttpResponse response = send(
      "POST", "/v1/clients",
      R"({"uid_client":"CL/7","company_name":"Almacén Sur","latitude":-31.4,"longitude":-64.2,"city":"Córdoba"})");
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(json::parse(response.body).at("data").at("city").as_string(), "Córdoba");
  EXPECT_EQ(get("/v1/clients/CL%2F7").body, response.body);
  response = send("PUT", "/v1/clients/CL%2F7", R"({"company_name":"Almacén Norte","radius_m":50})");
  EXPECT_EQ(response.status, 200) << response.body;
  const json::value client = data("/v1/clients/CL%2F7");
  EXPECT_EQ(client.at("company_name").as_string(), "Almacén Norte");
  EXPECT_EQ(client.at("latitude").as_double(), -31.4);
  EXPECT_EQ(client.at("city").as_string(), "Córdoba") << "what a change does not name stays";
  EXPECT_EQ(send("DELETE", "/v1/clients/CL%2F7", "").body,
            R"({"success":true,"data":{"uid_client":"CL/7"}})");
  EXPECT_EQ(
      get("/v1/clients/CL%2F7").body,
      R"({"success":false,"error":{"status":404,"type":"NOT_FOUND","userMessage":"No existe un cliente con este número."}})");
  EXPECT_EQ(send("DELETE", "/v1/clients/CL%2F7", "").status, 404);
  EXPECT_EQ(send("PUT", "/v1/clients/CL%2F7", "{}").status, 404);
  EXPECT_EQ(get("/v1/clients/%00%ff").status, 404) << "no text that the database takes";
}

TEST_F(PersatClients, AreListedPageByPage) {
  for (const char* uid : {"A", "B", "C"}) add_client(uid, std::string("name ") + uid);
  const json::value body = json::parse(get("/v1/clients?limit=2&offset=1").body);
  EXPECT_EQ(json::serialize(body.at("paging")), R"({"offset":1,"limit":2,"result":3,"total":3})");
  EXPECT_EQ(body.at("data").as_array().size(), 2U);
  EXPECT_EQ(body.at("data").at(0).at("uid_client").as_string(), "B");
  EXPECT_EQ(json::parse(get("/v1/clients?limit=100&offset=3").body).at("data").as_array().size(), 0U);
  EXPECT_EQ(error("/v1/clients?limit=101"), "limit");
  EXPECT_EQ(error("/v1/clients?limit=0"), "limit");
  EXPECT_EQ(error("/v1/clients?limit=x"), "limit");
  EXPECT_EQ(error("/v1/clients?offset=-1"), "offset");
  EXPECT_EQ(error("/v1/clients?page=1"), "page");
}

TEST_F(PersatClients, AreRefusedWithTheReason) {
  const auto refusal = [&](const std::string& body) {
    const HttpResponse response = send("POST", "/v1/clients", body);
    return std::to_string(response.status) + " " +
           std::string(json::parse(response.body).at("error").at("userMessage").as_string());
  };
  add_client("A", "Taller");
  EXPECT_EQ(refusal(R"({"company_name":"B","latitude":1,"longitude":1})"), "400 'uid_client' es obligatorio");
  EXPECT_EQ(refusal(R"({"uid_client":"A","company_name":"B","latitude":1,"longitude":1})"),
            "409 Ya existe un cliente con este número.");
  EXPECT_EQ(refusal(R"({"uid_client":"B","company_name":"Taller","latitude":1,"longitude":1})"),
            "409 Ya existe un cliente con este nombre.");
  EXPECT_EQ(refusal(R"({"uid_client":"B","company_name":"B","latitude":0,"longitude":0})"),
            "400 El cliente necesita una posición: falta 'latitude', o latitud y longitud son 0");
  EXPECT_EQ(
      refusal(
          R"({"uid_client":"B","company_name":"B","area":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}})"),
      "400 El área no es válida: se cruza a sí misma en longitud, latitud 0.5 0.5");
  EXPECT_EQ(ask({.method = "POST", .path = "/v1/clients", .content_type = "text/plain", .body = "{}"}).status,
            415);
  EXPECT_EQ(send("PUT", "/v1/clients/A", R"({"uid_client":"B"})").status, 400);
  EXPECT_EQ(send("PUT", "/v1/clients/A", R"({"uid_client":"A","company_name":"Taller"})").status, 200)
      << "its own name is not taken";
  EXPECT_EQ(database_.value("SELECT count(*) FROM rastro.client"), "1");
}

TEST_F(PersatVisits, AreThoseThatBeganOnTheLocalDayAndHaveEnded) {
  const std::string shop = add_client("CL-7", "Almacén Sur");
  const std::string garage = add_client("CL-2", "Taller \"Norte\"");
  add_fix(1, "2026-03-04 13:40Z", -58.4, -34.6);
  add_visit(1, garage, "2026-03-04 02:59:59Z", "2026-03-04 03:30Z");  // local: the 3rd
  add_visit(1, garage, "2026-03-04 13:40Z", "2026-03-04 14:01Z");
  add_visit(1, shop, "2026-03-04 19:02:10.5Z", "2026-03-04 19:11:10.5Z");
  add_visit(1, shop, "2026-03-05 02:30Z", "2026-03-05 04:00Z");  // local: the 4th, until the 5th
  add_visit(1, shop, "2026-03-05 03:00Z", "2026-03-05 04:00Z");  // local: the 5th
  add_visit(1, shop, "2026-03-04 20:00Z", "");                   // lasts
  add_visit(2, shop, "2026-03-04 20:00Z", "2026-03-04 21:00Z");  // another device
  EXPECT_EQ(
      get("/v1/devices-visits/2026-03-04/1").body,
      R"({"success":true,"data":[)"
      R"({"device_id":1,"date":"2026-03-05T02:30:00.000Z","duration":5400000,"client":{"uid_client":"CL-7","company_name":"Almacén Sur"}},)"
      R"({"device_id":1,"date":"2026-03-04T19:02:10.500Z","duration":540000,"client":{"uid_client":"CL-7","company_name":"Almacén Sur"}},)"
      R"({"device_id":1,"date":"2026-03-04T13:40:00.000Z","duration":1260000,"client":{"uid_client":"CL-2","company_name":"Taller \"Norte\""}}]})");
  EXPECT_EQ(data("/v1/devices-visits/2026-03/1").as_array().size(), 5U);
  EXPECT_EQ(data("/v1/devices-visits/2026-02/1").as_array().size(), 0U);
}

TEST_F(PersatVisits, SayWhenThereIsNothingToSayAnythingBy) {
  EXPECT_EQ(
      get("/v1/devices-visits/2026-03-04/1").body,
      R"({"success":true,"data":[],"notices":[{"code":"no_fixes","message":"El dispositivo no reportó ninguna posición en este período"}]})");
  run("INSERT INTO rastro.tracking_due VALUES (1, '-infinity')");
  EXPECT_EQ(notices("/v1/devices-visits/2026-03-04/1"), "no_fixes being_made ");
  add_fix(1, "2026-03-04 13:40Z", -58.4, -34.6);
  EXPECT_EQ(notices("/v1/devices-visits/2026-03-04/1"), "being_made ");
}

TEST_F(PersatVisits, HavePersatsErrorTexts) {
  const auto refusal = [&](const std::string& target) { return get(target).body; };
  for (const std::string path : {"/v1/devices-visits/", "/v1/devices-pathtrack-sumary/"}) {
    EXPECT_EQ(
        refusal(path + "2026-03-04/9"),
        R"({"success":false,"error":{"status":404,"type":"NOT_FOUND","userMessage":"No existe un device con este id"}})");
    EXPECT_EQ(
        refusal(path + "2026-03-04/x"),
        R"({"success":false,"error":{"status":400,"type":"BAD_REQUEST","userMessage":"'device_id' debe ser un número entero"}})");
    for (const char* date :
         {"2026-02-30", "2026-13", "2026", "hoy", "2026-3-4", "2026-03-04T00:00", "+026-03-04"}) {
      EXPECT_EQ(
          refusal(path + date + "/1"),
          R"({"success":false,"error":{"status":400,"type":"BAD_REQUEST","userMessage":"'date' debe tener el formato AAAA-MM-DD o AAAA-MM y existir"}})")
          << date;
    }
    EXPECT_EQ(
        refusal(path + "2999-01/1"),
        R"({"success":false,"error":{"status":400,"type":"BAD_REQUEST","userMessage":"'date' todavía no llegó"}})");
  }
}

TEST_F(PersatSummary, HasADayAsAnObjectAndAMonthAsAList) {
  add_fix(1, "2026-03-04 13:40Z", -58.4, -34.6);
  add_day(1, "2026-03-04", 12345.6, 3);
  add_day(1, "2026-03-06", 1000, 1);
  EXPECT_EQ(
      get("/v1/devices-pathtrack-sumary/2026-03-04/1").body,
      R"({"success":true,"data":{"device_id":1,"date":"2026-03-04","kilometers":12.346,"max_speed":88.5,"driving_time":3600499,)"
      R"("standing_time":60000,"stopped_time":7200000,"idling_time":5000,"engine_time":3700000,"unknown_time":0,"trips":3,"stops":4,)"
      R"("first_movement":"2026-03-04T12:00:00.000Z","last_movement":"2026-03-04T20:00:00.500Z"}})");
  EXPECT_EQ(data("/v1/devices-pathtrack-sumary/2026-03/1").as_array().size(), 2U);
  EXPECT_TRUE(data("/v1/devices-pathtrack-sumary/2026-03-05/1").is_null()) << "nothing is known of that day";
}

}  // namespace
}  // namespace rastro
