// A client as somebody enters, changes or imports it, and as it is stored. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rastro::postgis {

// What is said about a client; what is left out has its default in a new one and stays in one that is there.
struct ClientEntry {
  std::string uid = {};  // the number that the operator's own books have; of a new one empty: it gets one
  std::optional<std::string> company_name = {};
  std::optional<double> latitude_deg = {};  // both or none; none and an area: a point inside that
  std::optional<double> longitude_deg = {};
  std::optional<double> radius_m = {};              // 100
  std::optional<std::string> area = {};             // GeoJSON Polygon or MultiPolygon; empty: the circle
  std::optional<std::int32_t> min_visit_s = {};     // 0: every stop is a visit
  std::optional<std::int32_t> service_time_s = {};  // 0: not known
  std::optional<std::string> time_windows = {};     // JSON, as schema/sql/0011_client_area.sql has it
  std::optional<std::string> address = {};
  std::optional<std::string> details = {};  // a JSON object; its members replace those of the same names
};

struct StoredClient {
  std::int64_t id = 0;
  std::string uid;
  std::string company_name;
  double latitude_deg = 0;
  double longitude_deg = 0;
  double radius_m = 0;
  std::string area;  // GeoJSON MultiPolygon; empty: the circle
  std::int32_t min_visit_s = 0;
  std::optional<std::int32_t> service_time_s;
  std::string time_windows;  // JSON
  std::string address;
  std::string details;  // JSON
  std::int64_t updated_ms = 0;
};

}  // namespace rastro::postgis
