#include "gateway/work_orders/followed_work_order.h"

#include <cmath>

namespace rastro {
namespace {

namespace json = boost::json;

// What a column takes; times beyond are mistakes.
constexpr double kMaxServiceMin = 31 * 1440;
constexpr std::int64_t kDayMinutes = 1440;

std::string number_of(const persat::WorkOrder& order) {
  if (!order.is_future_instance()) return order.id;
  if (!order.data.wo_rule_id || !order.data.wo_instance) return {};
  return "rule-" + std::to_string(*order.data.wo_rule_id) + "-" + std::to_string(*order.data.wo_instance);
}

std::string responsibles_of(const persat::Assignation& assignation) {
  json::array people;
  for (const persat::Responsible& one : assignation.responsibles) {
    people.push_back(json::object{{"user_id", one.user_id}, {"user_name", one.user_name}});
  }
  return json::serialize(people);
}

}  // namespace

std::optional<Followed> follow_work_order(const persat::WorkOrder& order, const json::value& whole) {
  Followed followed;
  postgis::FollowedWorkOrder& out = followed.order;
  out.wo_id = number_of(order);
  if (out.wo_id.empty()) return {};
  out.state = order.state.text();
  out.uid_client = order.client.uid_client;
  out.client_name = order.client.name;
  out.schema_id = order.data.schema_id.value_or(0);
  out.service_time_min = static_cast<std::int32_t>(
      std::lround(std::clamp(order.data.service_time.value_or(0), 0.0, kMaxServiceMin)));
  if (order.assignation.date)
    out.date = persat::encode_day(std::chrono::floor<std::chrono::days>(*order.assignation.date));
  const auto starts_min = order.assignation.starts_min;
  if (starts_min && *starts_min >= 0 && *starts_min < kDayMinutes)
    out.starts_min = static_cast<std::int32_t>(*starts_min);
  out.responsibles = responsibles_of(order.assignation);
  out.labels_ids = json::serialize(json::array(order.labels_ids.begin(), order.labels_ids.end()));
  out.cause = order.data.closing_cause();
  out.created_by = order.created_by_user_name;
  out.whole = json::serialize(whole);
  followed.known_state = order.state.known() != persat::WorkOrderState::Known::kOther;
  return followed;
}

persat::Result<std::optional<Followed>> follow_work_order(const json::value& whole) {
  const auto order = persat::decode_work_order(whole);
  if (!order) return order.error();
  return follow_work_order(*order, whole);
}

}  // namespace rastro
