// What Persat knows of where devices were (persat-api.md 2): the last position, visits, statistics. Values.
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "forwarder/persat/api.h"
#include "forwarder/persat/instant.h"

namespace rastro::persat {

struct LastPoint {
  std::int64_t device_id = 0;
  Instant timestamp{};
  double latitude = 0;  // degrees
  double longitude = 0;
  boost::json::object other{};
};
Result<LastPoint> decode_last_point(boost::json::value data);

// The last valid one. Of a device that never reported the answer is not documented: null is nothing, 404 an
// error as any.
Result<std::optional<LastPoint>> fetch_last_point(Api& api, std::int64_t device_id);

struct Visit {
  std::int64_t device_id = 0;
  Instant date{};  // inferred: the arrival
  std::chrono::milliseconds duration{};
  std::string uid_client;
  std::string company_name;
  boost::json::object other{};
};
Result<Visit> decode_visit(boost::json::value data);

// Made at night for the day before: nothing when Persat has not made them yet (null), which is not the same
// as no visits. Which time zone the day is of is not documented; nor is their order.
using Visits = std::optional<std::vector<Visit>>;
Result<Visits> fetch_visits(Api& api, Day day, std::int64_t device_id);
Result<Visits> fetch_visits(Api& api, Month month, std::int64_t device_id);

// Kilometres among other things; the members are not documented, so it is as it came.
Result<boost::json::value> fetch_statistics(Api& api, Day day, std::int64_t device_id);

}  // namespace rastro::persat
