// Deliveries (persat-api.md 6.1, 6.2): a list by cursor, and one. Values.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "forwarder/persat/api.h"
#include "forwarder/persat/instant.h"

namespace rastro::persat {

struct Delivery {
  std::string id;  // `_id`
  std::string
      state;  // PENDING, ROUTING, ASSIGNED, FINISHED, FINISHED_WITH_DEVIATION, NOT_FINISHED, or another
  std::optional<Instant> created{};
  std::optional<Instant> due_date{};
  std::optional<std::string> source_tag{};
  std::optional<boost::json::object> client{};
  // Of `delivery_data`.
  std::optional<std::int64_t> schema_id{};
  std::optional<double> service_time{};  // inferred: minutes
  std::optional<double> capacity{};
  // Persat writes [longitude, latitude] here. Degrees; nothing while PENDING, perhaps.
  std::optional<double> latitude{};
  std::optional<double> longitude{};
  std::string address{};        // `clean`
  boost::json::object data{};   // the rest of it: wt, contact, instructions, results
  boost::json::object other{};  // assignation_info, and what is not documented
};
Result<Delivery> decode_delivery(boost::json::value value);

struct DeliveryPage {
  std::vector<Delivery> deliveries;
  Paging paging;  // `next` goes into the next request; without one this was the last page
};
// The newest first. `limit` from 1 to 100; `next` empty for the first page; `uid_client` empty for all.
Result<DeliveryPage> fetch_deliveries(Api& api, std::uint64_t limit, const std::string& next = {},
                                      const std::string& uid_client = {});
// All of them; `take` says false to stop. How many were taken.
Result<std::uint64_t> for_each_delivery(Api& api, const std::string& uid_client,
                                        const std::function<bool(Delivery&&)>& take);
Result<Delivery> fetch_delivery(Api& api, const std::string& id);

}  // namespace rastro::persat
