#include "forwarder/persat/zone.h"

namespace rastro::persat {
namespace {

std::string trim(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

Result<Zone> decode_zone(boost::json::value data) {
  Fields fields(std::move(data), "zone");
  Zone zone;
  zone.id = fields.integer("id");
  zone.name = trim(fields.text("name"));
  zone.created = optional_instant_field(fields, "created");
  zone.other = fields.rest();
  return finish(fields, std::move(zone));
}

Result<std::vector<Zone>> fetch_zones(Api& api, std::optional<std::int64_t> device_id) {
  Target target("/zones");
  if (device_id) target.query("device_id", std::to_string(*device_id));
  auto answer = api.get(target);
  if (!answer) return answer.error();
  return decode_list(std::move(answer->data), &decode_zone);
}

}  // namespace rastro::persat
