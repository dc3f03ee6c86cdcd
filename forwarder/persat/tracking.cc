#include "forwarder/persat/tracking.h"

#include <cmath>

namespace rastro::persat {
namespace {

namespace json = boost::json;

Result<Visits> fetch_visits_of(Api& api, const std::string& date, std::int64_t device_id) {
  auto answer = api.get(Target("/devices-visits").segment(date).segment(device_id));
  if (!answer) return answer.error();
  if (answer->data.is_null()) return Visits();
  auto visits = decode_list(std::move(answer->data), &decode_visit);
  if (!visits) return visits.error();
  return Visits(*std::move(visits));
}

}  // namespace

Result<LastPoint> decode_last_point(json::value data) {
  Fields fields(std::move(data), "last point");
  LastPoint point;
  point.device_id = fields.integer("device_id");
  point.timestamp = instant_field(fields, "timestamp");
  point.latitude = fields.number("latitude");
  point.longitude = fields.number("longitude");
  point.other = fields.rest();
  return finish(fields, std::move(point));
}

Result<std::optional<LastPoint>> fetch_last_point(Api& api, std::int64_t device_id) {
  auto answer = api.get(Target("/devices-lasttrackingpoint").segment(device_id));
  if (!answer) return answer.error();
  if (answer->data.is_null()) return std::optional<LastPoint>();
  auto point = decode_last_point(std::move(answer->data));
  if (!point) return point.error();
  return std::optional<LastPoint>(*std::move(point));
}

Result<Visit> decode_visit(json::value data) {
  Fields fields(std::move(data), "visit");
  Visit visit;
  visit.device_id = fields.integer("device_id");
  visit.date = instant_field(fields, "date");
  visit.duration = std::chrono::milliseconds(std::llround(fields.number("duration")));
  json::object client = fields.optional_object("client").value_or(json::object());
  Fields of_client(json::value(std::move(client)), "visit's client");
  visit.uid_client = of_client.id("uid_client");
  visit.company_name = of_client.optional_text("company_name").value_or("");
  visit.other = fields.rest();
  if (!of_client.fault().empty()) return unexpected_data(of_client.fault());
  return finish(fields, std::move(visit));
}

Result<Visits> fetch_visits(Api& api, Day day, std::int64_t device_id) {
  return fetch_visits_of(api, encode_day(day), device_id);
}

Result<Visits> fetch_visits(Api& api, Month month, std::int64_t device_id) {
  return fetch_visits_of(api, encode_month(month), device_id);
}

Result<json::value> fetch_statistics(Api& api, Day day, std::int64_t device_id) {
  const Target target = Target(api.unconfirmed().statistics_path).segment(encode_day(day)).segment(device_id);
  auto answer = api.get(target);
  if (!answer) return answer.error();
  return std::move(answer->data);
}

}  // namespace rastro::persat
