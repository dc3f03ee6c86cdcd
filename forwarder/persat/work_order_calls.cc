#include "forwarder/persat/work_order_calls.h"

#include <algorithm>
#include <iterator>

namespace rastro::persat {
namespace {

namespace json = boost::json;

json::array encode_ids(const std::vector<std::int64_t>& ids) { return json::array(ids.begin(), ids.end()); }

Result<json::value> fetch_piece(Api& api, const WorkOrderQuery& query, const DayRange& piece) {
  Target target("/work-orders");
  target.query("from", encode_day_as_instant(piece.from)).query("to", encode_day_as_instant(piece.to));
  std::vector<std::string> states;
  for (const WorkOrderState& state : query.states) states.push_back(state.text());
  target.query("states", states, api.unconfirmed().list_form);
  if (!query.uid_client.empty()) target.query("uid_client", query.uid_client);
  auto answer = api.get(target);
  if (!answer) return answer.error();
  if (!answer->data.is_array()) return unexpected_data("'data' is no array");
  return std::move(answer->data);
}

}  // namespace

std::vector<DayRange> cut_range(const DayRange& range) {
  using std::chrono::days;
  using std::chrono::sys_days;
  std::vector<DayRange> pieces;
  for (sys_days from = range.from; from <= sys_days(range.to); from += kMaxListedDays) {
    pieces.push_back({Day(from), Day(std::min(from + kMaxListedDays - days(1), sys_days(range.to)))});
  }
  return pieces;
}

Result<json::value> fetch_work_order_json(Api& api, const std::string& wo_id) {
  auto answer = api.get(Target("/work-orders").segment(wo_id));
  if (!answer) return answer.error();
  return std::move(answer->data);
}

Result<WorkOrder> fetch_work_order(Api& api, const std::string& wo_id) {
  auto order = fetch_work_order_json(api, wo_id);
  if (!order) return order.error();
  return decode_work_order(*std::move(order));
}

Result<json::array> fetch_work_orders_json(Api& api, const WorkOrderQuery& query) {
  json::array all;
  for (const DayRange& piece : cut_range(query.range)) {
    auto orders = fetch_piece(api, query, piece);
    if (!orders) return orders.error();
    std::ranges::move(orders->get_array(), std::back_inserter(all));
  }
  return all;
}

Result<std::vector<WorkOrder>> fetch_work_orders(Api& api, const WorkOrderQuery& query) {
  auto orders = fetch_work_orders_json(api, query);
  if (!orders) return orders.error();
  return decode_list(std::move(*orders), &decode_work_order);
}

Result<json::value> insert_pending_work_order(Api& api, const NewWorkOrder& order) {
  json::object data{{"schema_id", order.schema_id}, {"service_time", order.service_time}};
  if (!order.instructions.empty()) data["instructions"] = order.instructions;
  json::object assignation;
  if (order.responsibles_required) assignation["responsibles_required"] = *order.responsibles_required;
  json::object body = order.other;
  body["uid_client"] = order.uid_client;
  body["wo_data"] = std::move(data);
  body["assignation_info"] = std::move(assignation);
  return insert_work_order_json(api, body);
}

Result<json::value> insert_work_order_json(Api& api, const json::object& body) {
  auto answer = api.post(Target("/work-orders"), body);
  if (!answer) return answer.error();
  return std::move(answer->data);
}

Result<void> set_work_order_labels(Api& api, const std::string& wo_id,
                                   const std::vector<std::int64_t>& labels_ids) {
  auto answer = api.put(Target("/work-orders").segment(wo_id), {{"labels_ids", encode_ids(labels_ids)}});
  if (!answer) return answer.error();
  return {};
}

Result<std::string> cancel_work_order(Api& api, const std::string& wo_id, const Cancellation& cancellation) {
  json::object body{{"cause", cancellation.cause}};
  if (cancellation.labels_ids) body["labels_ids"] = encode_ids(*cancellation.labels_ids);
  auto answer = api.post(Target("/work-orders").segment(wo_id).segment("cancel"), body);
  if (!answer) return answer.error();
  Fields fields(std::move(answer->data), "cancelled work order");
  return finish(fields, fields.id("wo_id"));
}

Result<std::string> fetch_work_order_track_link(Api& api, const std::string& wo_id) {
  auto answer = api.get(Target("/work-orders/tracklink").segment(wo_id));
  if (!answer) return answer.error();
  Fields fields(std::move(answer->data), "track link");
  return finish(fields, fields.text("tracklink"));
}

}  // namespace rastro::persat
