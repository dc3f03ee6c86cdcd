#include "forwarder/persat/catalogue.h"

#include "forwarder/persat/fields.h"

namespace rastro::persat {
namespace {

template <typename T>
Result<std::vector<T>> fetch_list(Api& api, const char* path, Result<T> (*decode)(boost::json::value)) {
  auto answer = api.get(Target(path));
  if (!answer) return answer.error();
  return decode_list(std::move(answer->data), decode);
}

}  // namespace

Result<NamedItem> decode_named_item(boost::json::value data) {
  Fields fields(std::move(data), "item of a list");
  NamedItem item;
  item.id = fields.integer("id");
  item.name = fields.optional_text("name").value_or("");
  item.other = fields.rest();
  return finish(fields, std::move(item));
}

Result<std::vector<NamedItem>> fetch_client_types(Api& api) {
  return fetch_list(api, "/client-types", &decode_named_item);
}

Result<std::vector<NamedItem>> fetch_client_groups(Api& api) {
  return fetch_list(api, "/client-groups", &decode_named_item);
}

Result<std::vector<NamedItem>> fetch_client_custom_fields(Api& api) {
  return fetch_list(api, "/client-custom-fields", &decode_named_item);
}

Result<std::vector<NamedItem>> fetch_work_order_labels(Api& api) {
  return fetch_list(api, "/work-orders-labels", &decode_named_item);
}

Result<std::vector<NamedItem>> fetch_delivery_labels(Api& api) {
  return fetch_list(api, "/deliveries-labels", &decode_named_item);
}

Result<WorkOrderSchema> decode_work_order_schema(boost::json::value data) {
  Fields fields(std::move(data), "work order schema");
  WorkOrderSchema schema;
  schema.id = fields.integer("wo_shema_id");
  schema.name = fields.optional_text("name").value_or("");
  schema.version = fields.optional_integer("version");
  schema.default_service_time = fields.optional_number("default_service_time");
  schema.other = fields.rest();
  return finish(fields, std::move(schema));
}

Result<std::vector<WorkOrderSchema>> fetch_work_order_schemas(Api& api) {
  return fetch_list(api, "/work-orders-schemas", &decode_work_order_schema);
}

Result<WorkOrderSchema> fetch_work_order_schema(Api& api, std::int64_t id) {
  auto answer = api.get(Target("/work-orders-schemas").segment(id));
  if (!answer) return answer.error();
  return decode_work_order_schema(std::move(answer->data));
}

Result<boost::json::value> fetch_delivery_schemas(Api& api, bool with_widgets) {
  Target target("/deliveries-schemas");
  if (with_widgets) target.query("includeWidgets", "true");
  auto answer = api.get(target);
  if (!answer) return answer.error();
  return std::move(answer->data);
}

Result<Technician> decode_technician(boost::json::value data) {
  Fields fields(std::move(data), "technician");
  Technician technician;
  technician.user_id = fields.integer("user_id");
  technician.name = fields.optional_text("name").value_or("");
  technician.real_name = fields.optional_text("real_name");
  technician.deleted = fields.optional_bool("deleted");
  technician.other = fields.rest();
  return finish(fields, std::move(technician));
}

Result<std::vector<Technician>> fetch_technicians(Api& api) {
  return fetch_list(api, "/technician-users", &decode_technician);
}

}  // namespace rastro::persat
