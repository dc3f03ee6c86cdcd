// The lists that clients and work orders point into: types, groups, custom fields, templates, labels, and the
// technicians (persat-api.md 3.4, 5.1, 5.2). Their pages could not be read; the members are what public
// clients use, so only an id is needed and the rest is kept. Values.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "forwarder/persat/api.h"

namespace rastro::persat {

struct NamedItem {
  std::int64_t id = 0;
  std::string name;
  boost::json::object other{};  // of a label its `color`
};
Result<NamedItem> decode_named_item(boost::json::value data);

Result<std::vector<NamedItem>> fetch_client_types(Api& api);
Result<std::vector<NamedItem>> fetch_client_groups(Api& api);
Result<std::vector<NamedItem>> fetch_client_custom_fields(Api& api);
Result<std::vector<NamedItem>> fetch_work_order_labels(Api& api);
Result<std::vector<NamedItem>> fetch_delivery_labels(Api& api);

struct WorkOrderSchema {
  std::int64_t id = 0;  // `wo_shema_id`, as Persat spells it: what wo_data.schema_id names
  std::string name;
  std::optional<std::int64_t> version{};
  std::optional<double> default_service_time{};  // inferred: minutes
  boost::json::object other{};
};
Result<WorkOrderSchema> decode_work_order_schema(boost::json::value data);
Result<std::vector<WorkOrderSchema>> fetch_work_order_schemas(Api& api);
Result<WorkOrderSchema> fetch_work_order_schema(Api& api, std::int64_t id);
// Its members are not known at all.
Result<boost::json::value> fetch_delivery_schemas(Api& api, bool with_widgets);

struct Technician {
  std::int64_t user_id = 0;
  std::string name;  // an e-mail address
  std::optional<std::string> real_name{};
  std::optional<bool> deleted{};
  boost::json::object other{};
};
Result<Technician> decode_technician(boost::json::value data);
// The active ones.
Result<std::vector<Technician>> fetch_technicians(Api& api);

}  // namespace rastro::persat
