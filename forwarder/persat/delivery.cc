#include "forwarder/persat/delivery.h"

namespace rastro::persat {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMaxDeliveryPage = 100;  // persat-api.md 6.2

void decode_location(Fields& position, Delivery& delivery) {
  auto location = position.optional_array("location");
  if (!location) return;
  if (location->size() == 2 && location->at(0).is_number() && location->at(1).is_number()) {
    delivery.longitude = location->at(0).to_number<double>();
    delivery.latitude = location->at(1).to_number<double>();
  } else {
    position.put_back("location", *std::move(location));
  }
}

void decode_position(Fields& data, Delivery& delivery) {
  auto object = data.optional_object("position");
  if (!object) return;
  Fields position(json::value(*std::move(object)), "position");
  decode_location(position, delivery);
  if (auto address = position.optional_object("address")) {
    Fields fields(json::value(*std::move(address)), "address");
    delivery.address = fields.optional_text("clean").value_or("");
    if (auto rest = fields.rest(); !rest.empty()) position.put_back("address", std::move(rest));
  }
  if (auto rest = position.rest(); !rest.empty()) data.put_back("position", std::move(rest));
}

}  // namespace

Result<Delivery> decode_delivery(json::value value) {
  Fields fields(std::move(value), "delivery");
  Delivery delivery;
  delivery.id = fields.id("_id");
  delivery.state = fields.text("state");
  delivery.created = optional_instant_field(fields, "created");
  delivery.due_date = optional_instant_field(fields, "due_date");
  delivery.source_tag = fields.optional_text("source_tag");
  delivery.client = fields.optional_object("client");
  if (auto object = fields.optional_object("delivery_data")) {
    Fields data(json::value(*std::move(object)), "delivery_data");
    delivery.schema_id = data.optional_integer("schema_id");
    delivery.service_time = data.optional_number("service_time");
    delivery.capacity = data.optional_number("capacity");
    decode_position(data, delivery);
    delivery.data = data.rest();
  }
  delivery.other = fields.rest();
  return finish(fields, std::move(delivery));
}

Result<DeliveryPage> fetch_deliveries(Api& api, std::uint64_t limit, const std::string& next,
                                      const std::string& uid_client) {
  Target target("/deliveries");
  target.query("limit", limit);
  if (!uid_client.empty()) target.query("uid_client", uid_client);
  if (!next.empty()) target.query("next", next);
  auto answer = api.get(target);
  if (!answer) return answer.error();
  auto deliveries = decode_list(std::move(answer->data), &decode_delivery);
  if (!deliveries) return deliveries.error();
  return DeliveryPage{*std::move(deliveries), std::move(answer->paging)};
}

Result<std::uint64_t> for_each_delivery(Api& api, const std::string& uid_client,
                                        const std::function<bool(Delivery&&)>& take) {
  std::uint64_t taken = 0;
  std::string next;
  do {
    auto page = fetch_deliveries(api, kMaxDeliveryPage, next, uid_client);
    if (!page) return page.error();
    for (Delivery& delivery : page->deliveries) {
      ++taken;
      if (!take(std::move(delivery))) return taken;
    }
    std::string following = page->paging.next.value_or("");
    // A cursor that stands still would be asked for ever.
    if (following == next && !next.empty()) return unexpected_data("'next' is the cursor that was sent");
    next = std::move(following);
  } while (!next.empty());
  return taken;
}

Result<Delivery> fetch_delivery(Api& api, const std::string& id) {
  auto answer = api.get(Target("/deliveries").segment(id));
  if (!answer) return answer.error();
  return decode_delivery(std::move(answer->data));
}

}  // namespace rastro::persat
