// The reading API without a socket over a real server, and rows of tracking to read. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>

#include "gateway/api/clients.h"
#include "gateway/api/maps.h"
#include "gateway/api/persat_tracking.h"
#include "gateway/api/tracking.h"
#include "pipeline/postgis/catalogue.h"
#include "tests/support/test_database.h"
#include "tests/support/test_gate.h"

namespace rastro::test {

namespace json = boost::json;

// A day of Buenos Aires lasts from 03:00 to 03:00 UTC.
inline constexpr const char* kZone = "America/Argentina/Buenos_Aires";

class ApiFixture : public testing::Test {
 protected:
  ApiFixture() {
    postgis::Catalogue catalogue(database_.url());
    for (const char* imei : {"1", "2"}) {
      EXPECT_TRUE(catalogue.add_device({.imei = imei, .name = std::string("van ") + imei}));
    }
    directory_.replace(*catalogue.devices(), {});
    add_client_routes(router_, clients_);
    add_persat_tracking_routes(router_, directory_, reader_, kZone);
    add_tracking_routes(router_, directory_, reader_, kZone);
    add_map_routes(router_, directory_, live_, reader_, kZone);
    router_.guard_with(one_key("good"));
  }

  void run(const std::string& sql) { database_.value(sql); }

  // The id that it gets.
  std::string add_client(const std::string& uid, const std::string& name, const std::string& windows = "[]") {
    return database_.value(
        "INSERT INTO rastro.client (uid_client, company_name, position, time_windows) VALUES ('" + uid +
        "', '" + name + "', ST_SetSRID(ST_MakePoint(-58.4, -34.6), 4326), '" + windows + "') RETURNING id");
  }
  void add_visit(int device, const std::string& client, const std::string& arrived, const std::string& left,
                 const std::string& runner_up = "null") {
    const std::string left_sql = left.empty() ? "null" : "'" + left + "'";
    run("INSERT INTO rastro.visit (device_id, client_id, arrived_at, left_at, confidence, distance_m, "
        "runner_up_client_id, "
        "runner_up_confidence, runner_up_distance_m, spread_m, stops, fixes, parameters_id, ambiguous, "
        "position) VALUES (" +
        std::to_string(device) + ", " + client + ", '" + arrived + "', " + left_sql + ", 0.75, 23.4, " +
        runner_up + ", " + (runner_up == "null" ? "null, null" : "0.25, 31") + ", 4.5, 1, 12, 1, " +
        (runner_up == "null" ? "false" : "true") + ", ST_SetSRID(ST_MakePoint(-58.4, -34.6), 4326))");
  }
  void add_fix(int device, const std::string& time, double longitude, double latitude, bool valid = true) {
    run("INSERT INTO rastro.fix (device_id, fix_time, received_at, record_hash, protocol, valid, position, "
        "attributes) "
        "VALUES (" +
        std::to_string(device) + ", '" + time + "', '" + time + "', " + std::to_string(++hash_) + ", 1, " +
        (valid ? "true" : "false") + ", ST_SetSRID(ST_MakePoint(" + std::to_string(longitude) + ", " +
        std::to_string(latitude) + "), 4326), '{}')");
  }
  void add_day(int device, const std::string& day, double distance_m, int trips) {
    run("INSERT INTO rastro.day_statistics VALUES (" + std::to_string(device) + ", '" + day +
        "', 'infinity', " + std::to_string(distance_m) +
        ", 3600499, 60000, 5000, 7200000, 0, 3700000, 1000, '" + day + " 12:00Z', '" + day +
        " 20:00:00.5Z', 88.5, " + std::to_string(trips) + ", 4, 1)");
  }
  void add_trip(int device, const std::string& started, const std::string& ended, const std::string& line) {
    run("INSERT INTO rastro.trip (device_id, started_at, ended_at, settled_at, distance_m, measured_m, "
        "odometer_m, reach_m, "
        "standing_ms, overspeed_ms, max_speed_kmh, parameters_id, ends_in_gap, from_position, to_position, "
        "line) VALUES (" +
        std::to_string(device) + ", '" + started + "', " + (ended.empty() ? "null" : "'" + ended + "'") +
        ", 'infinity', 1500, 1480.5, 1500, 900, 61500, 0, 60, 1, false, ST_SetSRID(ST_MakePoint(-58.4, "
        "-34.6), 4326), "
        "ST_SetSRID(ST_MakePoint(-58.39, -34.6), 4326), ST_GeomFromText('" +
        line + "', 4326))");
  }
  void add_stop(int device, const std::string& started, const std::string& settled) {
    run("INSERT INTO rastro.stop VALUES (" + std::to_string(device) + ", '" + started + "', null, '" +
        settled + "', 0, 5, 9, 1, ST_SetSRID(ST_MakePoint(-58.4, -34.6), 4326))");
  }

  HttpResponse ask(HttpRequest request) {
    const std::size_t question = request.path.find('?');
    if (question != std::string::npos) {
      request.query = request.path.substr(question + 1);
      request.path.resize(question);
    }
    request.authorization = "Bearer good";
    std::string_view route;
    return router_.answer(request, route);
  }
  HttpResponse get(const std::string& target) { return ask({.method = "GET", .path = target}); }
  HttpResponse send(const std::string& method, const std::string& target, const std::string& body) {
    return ask({.method = method, .path = target, .content_type = "application/json", .body = body});
  }
  json::value data(const std::string& target) {
    const HttpResponse response = get(target);
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body).at("data");
  }
  // The error's code, or else its type; "200" when there is none.
  std::string error(const std::string& target) {
    const HttpResponse response = get(target);
    if (response.status == 200) return "200";
    const json::value body = json::parse(response.body);
    EXPECT_FALSE(body.at("success").as_bool());
    const json::object& fault = body.at("error").as_object();
    EXPECT_EQ(fault.at("status").as_int64(), response.status);
    return std::string((fault.contains("code") ? fault.at("code") : fault.at("type")).as_string());
  }
  std::string notices(const std::string& target) {
    std::string codes;
    const json::value body = json::parse(get(target).body);
    for (const json::value& notice : body.at("notices").as_array())
      codes += std::string(notice.at("code").as_string()) + " ";
    return codes;
  }

  TestDatabase database_;
  postgis::ClientStore clients_{database_.url()};
  postgis::TrackReader reader_{database_.url()};
  DeviceDirectory directory_;
  LiveState live_;
  Router router_;
  int hash_ = 0;
};

}  // namespace rastro::test
