#include "forwarder/persat/work_order.h"

namespace rastro::persat {
namespace {

namespace json = boost::json;

// The object of a member; an empty one when there is none.
Fields object_of(Fields& fields, std::string_view name) {
  return {json::value(fields.optional_object(name).value_or(json::object())), name};
}

WorkOrderClient decode_client_of(Fields fields) {
  WorkOrderClient client;
  client.uid_client = fields.optional_text("uid_client").value_or("");
  client.name = fields.optional_text("name").value_or("");
  client.other = fields.rest();
  return client;
}

WorkOrderData decode_data(Fields fields) {
  WorkOrderData data;
  data.schema_id = fields.optional_integer("schema_id");
  data.wo_instance = fields.optional_integer("wo_instance");
  data.wo_rule_id = fields.optional_integer("wo_rule_id");
  data.service_time = fields.optional_number("service_time");
  data.instructions = fields.optional_object("instructions").value_or(json::object());
  data.results = fields.optional_object("results").value_or(json::object());
  data.other = fields.rest();
  return data;
}

std::optional<std::vector<Responsible>> decode_responsibles(const json::array& array) {
  std::vector<Responsible> all;
  for (const json::value& value : array) {
    Fields fields(value, "responsible");
    Responsible one{fields.integer("user_id"), fields.optional_text("user_name").value_or("")};
    if (!fields.fault().empty()) return {};
    all.push_back(std::move(one));
  }
  return all;
}

Assignation decode_assignation(Fields fields) {
  Assignation assignation;
  assignation.date = optional_instant_field(fields, "date");
  assignation.starts_min = fields.optional_integer("starts_min");
  assignation.responsibles_required = fields.optional_integer("responsibles_required");
  if (auto array = fields.optional_array("responsibles")) {
    auto responsibles = decode_responsibles(*array);
    if (responsibles) {
      assignation.responsibles = *std::move(responsibles);
    } else {
      fields.put_back("responsibles", *std::move(array));
    }
  }
  assignation.other = fields.rest();
  return assignation;
}

}  // namespace

std::string WorkOrderData::closing_cause() const {
  const json::value* info = results.if_contains("closing_info");
  if (info == nullptr || !info->is_object()) return {};
  const json::value* cause = info->get_object().if_contains("cause");
  return cause != nullptr && cause->is_string() ? std::string(cause->get_string()) : std::string();
}

Result<WorkOrder> decode_work_order(json::value value) {
  Fields fields(std::move(value), "work order");
  WorkOrder order;
  order.id = fields.id("_id");
  order.state = WorkOrderState(fields.text("state"));
  order.created_local = fields.optional_text("created").value_or("");
  order.created_by_user_name = fields.optional_text("created_by_user_name").value_or("");
  order.created_by_user_id = fields.optional_integer("created_by_user_id");
  order.labels_ids = fields.optional_integers("labels_ids").value_or(std::vector<std::int64_t>());
  order.client = decode_client_of(object_of(fields, "client"));
  order.data = decode_data(object_of(fields, "wo_data"));
  order.assignation = decode_assignation(object_of(fields, "assignation_info"));
  order.other = fields.rest();
  return finish(fields, std::move(order));
}

}  // namespace rastro::persat
