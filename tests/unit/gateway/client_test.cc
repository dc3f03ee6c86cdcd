// What is said about clients: in JSON, in files, and what is wrong with it.
#include <gtest/gtest.h>

#include "gateway/clients/client_import.h"
#include "gateway/clients/client_json.h"

namespace rastro {
namespace {

using postgis::ClientEntry;

std::string fault_of(const std::string& json, bool is_new = true) {
  ClientEntry client;
  ClientMistake mistake = parse_client(json, client);
  if (!mistake) mistake = check_client(client, is_new);
  return std::string(client_fault_name(mistake.fault)) + ":" + mistake.field;
}

TEST(ClientJson, IsReadInPersatsForm) {
  ClientEntry client;
  ASSERT_FALSE(parse_client(
      R"({"uid_client":"CL-7","company_name":"Almacén Sur","company_description":"","type_id":2,"group_id":null,
          "latitude":-31.4,"longitude":-64.2,"service_time":15,"wt":[480,720],"street":"Colón","street_nbr":"120",
          "last_updated":"2026-03-04T10:00:00.000Z","custom_fields":{"3":{"name":"Contacto","value":"Ana"}}})",
      client));
  EXPECT_EQ(client.uid, "CL-7");
  EXPECT_EQ(client.company_name, "Almacén Sur");
  EXPECT_EQ(client.latitude_deg, -31.4);
  EXPECT_EQ(client.service_time_s, 900);
  EXPECT_EQ(client.time_windows, R"([{"from":480,"to":720}])");
  EXPECT_EQ(
      client.details,
      R"({"company_description":"","type_id":2,"group_id":null,"street":"Colón","street_nbr":"120","custom_fields":{"3":{"name":"Contacto","value":"Ana"}}})");
  EXPECT_FALSE(client.radius_m);
}

TEST(ClientJson, IsWrittenInPersatsForm) {
  postgis::StoredClient client;
  client.id = 9;
  client.uid = "CL-7";
  client.company_name = "Almacén \"Sur\"";
  client.latitude_deg = -31.4;
  client.longitude_deg = -64.2;
  client.radius_m = 100;
  client.service_time_s = 90;
  client.time_windows = R"([{"to": 720, "from": 480}])";
  client.details = R"({"city": "Córdoba", "type_id": 2})";
  client.updated_ms = 1772618400000;
  EXPECT_EQ(
      client_json(client),
      R"({"uid_client":"CL-7","company_name":"Almacén \"Sur\"","company_description":"","type_id":2,"group_id":null,)"
      R"("latitude":-31.4,"longitude":-64.2,"service_time":1.5,"wt":[480,720],"street":null,"street_nbr":null,)"
      R"("neighborhood":null,"city":"Córdoba","country":null,"last_updated":"2026-03-04T10:00:00.000Z",)"
      R"("custom_fields":{},"id":9,"address":"","radius_m":100,"area":null,"min_visit_s":0,)"
      R"("time_windows":[{"to": 720, "from": 480}]})");
}

TEST(ClientJson, ThatWasWrittenIsReadBackAsItWas) {
  postgis::StoredClient stored;
  stored.uid = "A";
  stored.company_name = "A";
  stored.latitude_deg = 1;
  stored.radius_m = 50;
  stored.area = R"({"type":"MultiPolygon","coordinates":[]})";
  stored.time_windows = R"([{"from":480,"to":720}])";
  stored.details = "{}";
  ClientEntry entry;
  ASSERT_FALSE(parse_client(client_json(stored), entry));
  EXPECT_EQ(entry.radius_m, 50);
  EXPECT_EQ(entry.area, stored.area);
  EXPECT_EQ(entry.time_windows, stored.time_windows);
}

TEST(ClientJson, HasItsMistakesNamed) {
  EXPECT_EQ(fault_of(R"({"company_name":"A","latitude":-31.4,"longitude":-64.2})"), "none:");
  EXPECT_EQ(fault_of("[]"), "not_json:");
  EXPECT_EQ(fault_of("{"), "not_json:");
  EXPECT_EQ(fault_of(R"({"name":"A"})"), "unknown_field:name");
  EXPECT_EQ(fault_of(R"({"company_name":3})"), "wrong_type:company_name");
  EXPECT_EQ(fault_of(R"({"latitude":"-31.4"})"), "wrong_type:latitude");
  EXPECT_EQ(fault_of(R"({"min_visit_s":1.5})"), "wrong_type:min_visit_s");
  EXPECT_EQ(fault_of(R"({"area":"POLYGON EMPTY"})"), "wrong_type:area");
  EXPECT_EQ(fault_of(R"({"custom_fields":[]})"), "wrong_type:custom_fields");
  EXPECT_EQ(fault_of(R"({"custom_fields":{"3":{"value":"a\u0000"}}})"), "wrong_type:custom_fields");
  EXPECT_EQ(fault_of(R"({"company_name":"A\u0000B"})"), "wrong_type:company_name");
  EXPECT_EQ(fault_of(R"({"latitude":-31.4,"longitude":-64.2})"), "missing:company_name");
  EXPECT_EQ(fault_of(R"({"company_name":"","latitude":-31.4,"longitude":-64.2})"), "empty:company_name");
  EXPECT_EQ(fault_of(R"({"company_name":"A"})"), "no_place:latitude");
  EXPECT_EQ(fault_of(R"({"company_name":"A","latitude":-31.4})"), "no_place:longitude");
  EXPECT_EQ(fault_of(R"({"company_name":"A","latitude":0,"longitude":0})"), "no_place:latitude");
  EXPECT_EQ(fault_of(R"({"company_name":"A","latitude":91,"longitude":0})"), "out_of_range:latitude");
  EXPECT_EQ(fault_of(R"({"company_name":"A","latitude":1,"longitude":-180.1})"), "out_of_range:longitude");
  for (const char* radius : {"0", "-5", "0.5", "100001"}) {
    EXPECT_EQ(
        fault_of(R"({"company_name":"A","latitude":1,"longitude":1,"radius_m":)" + std::string(radius) + "}"),
        "out_of_range:radius_m");
  }
  EXPECT_EQ(fault_of(R"({"company_name":"A","latitude":1,"longitude":1,"radius_m":50000})"), "none:");
  EXPECT_EQ(fault_of(R"({"min_visit_s":-1})", false), "out_of_range:min_visit_s");
  EXPECT_EQ(fault_of(R"({"service_time":1441})", false), "out_of_range:service_time");
  EXPECT_EQ(fault_of(R"({"service_time":1e300})", false), "out_of_range:service_time");
  for (const char* windows :
       {"[480,720]", R"([{"from":720,"to":480}])", R"([{"from":0,"to":1441}])", R"([{"from":0}])",
        R"([{"from":0,"to":10,"days":["lunes"]}])", R"([{"from":0,"to":10,"day":"monday"}])"}) {
    EXPECT_EQ(fault_of(R"({"time_windows":)" + std::string(windows) + "}", false),
              "time_windows:time_windows")
        << windows;
  }
  EXPECT_EQ(fault_of(R"({"wt":[720,480]})", false), "time_windows:wt");
  EXPECT_EQ(fault_of(R"({"wt":[480,720],"time_windows":[{"from":480,"to":721}]})", false), "time_windows:wt")
      << "which of the two is meant nobody knows";
}

TEST(ClientMistakes, AreSaidInPlainWords) {
  EXPECT_EQ(client_mistake_spanish({ClientFault::kMissing, "company_name"}), "'company_name' es obligatorio");
  EXPECT_EQ(client_mistake_english({ClientFault::kArea, "area", "Self-intersection[-58.395 -34.595]"}),
            "the area is refused: it crosses itself at longitude, latitude -58.395 -34.595");
  EXPECT_EQ(client_mistake_spanish({ClientFault::kArea, "area", "not_polygon"}),
            "El área no es válida: no es Polygon ni MultiPolygon");
  EXPECT_EQ(client_mistake_english({ClientFault::kArea, "area", "Something new[1 2]"}),
            "the area is refused: Something new at longitude, latitude 1 2");
}

TEST(TimeWindowText, IsAPartOfADayWithItsDays) {
  EXPECT_EQ(parse_time_window_text("08:00-12:30"), (TimeWindow{480, 750, {}}));
  EXPECT_EQ(parse_time_window_text("00:00-24:00@mon,thursday"),
            (TimeWindow{0, 1440, {"monday", "thursday"}}));
  for (const char* text : {"", "08:00", "8-12", "12:00-08:00", "08:00-24:01", "08:60-12:00",
                           "08:00-12:00@lunes", "08:00-12:00@m", "-8:00-12:00", "08:00-12:00x"}) {
    EXPECT_FALSE(parse_time_window_text(text)) << text;
  }
}

std::string summary(const ClientFile& file) {
  if (file.mistake)
    return std::to_string(file.mistake_place) + ":" + std::string(client_fault_name(file.mistake.fault)) +
           ":" + file.mistake.field;
  std::string text;
  for (std::size_t i = 0; i < file.clients.size(); ++i)
    text += std::to_string(file.places[i]) + "=" + file.clients[i].uid + " ";
  return text;
}

TEST(ClientCsv, IsReadByTheNamesInItsFirstLine) {
  const ClientFile file = parse_client_file(
      "\xEF\xBB\xBFuid_client,company_name,latitude,longitude,phone,wt\r\n"
      "7,\"Almacén \"\"Sur\"\", S.A.\",-31.4,-64.2,123,08:00-12:00 14:00-18:00@mon\r\n"
      "\r\n"
      "8,\"two\nlines\",-31.5,-64.3,,\n"
      "9,Last,-31.5,-64.3,,");
  EXPECT_EQ(summary(file), "2=7 4=8 6=9 ");
  EXPECT_EQ(file.clients[0].company_name, "Almacén \"Sur\", S.A.");
  EXPECT_EQ(file.clients[0].time_windows,
            R"([{"from":480,"to":720},{"from":840,"to":1080,"days":["monday"]}])");
  EXPECT_FALSE(file.clients[1].time_windows) << "an empty cell says nothing";
  EXPECT_EQ(file.unused, std::vector<std::string>{"phone"});
}

TEST(ClientCsv, WithSemicolonsMayHaveDecimalCommas) {
  const ClientFile file =
      parse_client_file("uid_client;company_name;latitude;longitude;radius_m\nA;A;-31,4;-64,25;80\n");
  EXPECT_EQ(summary(file), "2=A ");
  EXPECT_EQ(file.clients[0].longitude_deg, -64.25);
}

TEST(ClientCsv, HasItsMistakesByTheLine) {
  const std::string head = "uid_client,company_name,latitude,longitude,radius_m,wt\n";
  EXPECT_EQ(summary(parse_client_file(head + "A,A,1,1,50,\nB,B,x,1,50,\n")), "3:wrong_type:latitude");
  EXPECT_EQ(summary(parse_client_file(head + ",A,1,1,50,\n")), "2:missing:uid_client");
  EXPECT_EQ(summary(parse_client_file(head + "A,A,1,1,50,\nA,B,1,1,50,\n")), "3:twice:A");
  EXPECT_EQ(summary(parse_client_file(head + "A,A,0,0,50,\n")), "2:no_place:latitude");
  EXPECT_EQ(summary(parse_client_file(head + "A,A,1,1,0,\n")), "2:out_of_range:radius_m");
  EXPECT_EQ(summary(parse_client_file(head + "A,A,1,1,,mornings\n")), "2:time_windows:wt");
}

TEST(ClientGeoJson, HasPointsAsPlacesAndPolygonsAsAreas) {
  const ClientFile file = parse_client_file(R"( {"type":"FeatureCollection","features":[
    {"type":"Feature","geometry":{"type":"Point","coordinates":[-64.2,-31.4]},
     "properties":{"uid_client":7,"company_name":"A","fid":1}},
    {"type":"Feature","id":"B","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]},
     "properties":{"company_name":"B","radius_m":50}}]})");
  EXPECT_EQ(summary(file), "1=7 2=B ");
  EXPECT_EQ(file.clients[0].latitude_deg, -31.4);
  EXPECT_EQ(file.clients[1].area, R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]})");
  EXPECT_EQ(file.unused, std::vector<std::string>{"fid"});
}

TEST(ClientGeoJson, HasItsMistakesByTheFeature) {
  EXPECT_EQ(summary(parse_client_file(R"({"type":"Point"})")), "0:missing:features");
  EXPECT_EQ(summary(parse_client_file("{")), "0:missing:features");
  EXPECT_EQ(
      summary(parse_client_file(
          R"({"features":[{"geometry":{"type":"Point","coordinates":[1]},"properties":{"uid_client":"A"}}]})")),
      "1:wrong_type:geometry");
  EXPECT_EQ(summary(parse_client_file(R"({"features":[{"properties":null}]})")), "1:missing:uid_client");
}

}  // namespace
}  // namespace rastro
