#include "forwarder/persat/client.h"

namespace rastro::persat {
namespace {

namespace json = boost::json;

std::optional<std::pair<double, double>> decode_window(const json::array& array) {
  if (array.size() != 2 || !array[0].is_number() || !array[1].is_number()) return {};
  return std::pair(array[0].to_number<double>(), array[1].to_number<double>());
}

// False when a field has not the documented form; then all of them stay as they came.
bool decode_custom_fields(const json::object& object, std::map<std::string, CustomFieldValue>& into) {
  for (const auto& [id, value] : object) {
    const json::value* name = value.is_object() ? value.get_object().if_contains("name") : nullptr;
    if (name == nullptr || !name->is_string()) return false;
    const json::value* content = value.get_object().if_contains("value");
    into[std::string(id)] = {std::string(name->get_string()), content == nullptr ? nullptr : *content};
  }
  return true;
}

template <typename Value>
void put(json::object& object, std::string_view name, const std::optional<Value>& value) {
  if (value) object[name] = *value;
}

}  // namespace

Result<Client> decode_client(json::value data) {
  Fields fields(std::move(data), "client");
  Client client;
  client.uid_client = fields.id("uid_client");
  client.company_name = fields.optional_text("company_name").value_or("");
  client.company_description = fields.optional_text("company_description");
  client.type_id = fields.optional_integer("type_id");
  client.group_id = fields.optional_integer("group_id");
  client.latitude = fields.optional_number("latitude");
  client.longitude = fields.optional_number("longitude");
  client.service_time = fields.optional_number("service_time");
  if (auto window = fields.optional_array("wt")) {
    client.window = decode_window(*window);
    if (!client.window) fields.put_back("wt", *std::move(window));
  }
  client.street = fields.optional_text("street");
  client.street_nbr = fields.optional_text("street_nbr");
  client.neighborhood = fields.optional_text("neighborhood");
  client.city = fields.optional_text("city");
  client.country = fields.optional_text("country");
  client.last_updated = optional_instant_field(fields, "last_updated");
  if (auto custom = fields.optional_object("custom_fields")) {
    if (!decode_custom_fields(*custom, client.custom_fields)) {
      client.custom_fields.clear();
      fields.put_back("custom_fields", *std::move(custom));
    }
  }
  client.other = fields.rest();
  return finish(fields, std::move(client));
}

json::object encode_client(const Client& client) {
  json::object object = client.other;
  object["uid_client"] = client.uid_client;
  object["company_name"] = client.company_name;
  put(object, "company_description", client.company_description);
  put(object, "type_id", client.type_id);
  put(object, "group_id", client.group_id);
  put(object, "latitude", client.latitude);
  put(object, "longitude", client.longitude);
  put(object, "service_time", client.service_time);
  if (client.window) object["wt"] = json::array{client.window->first, client.window->second};
  put(object, "street", client.street);
  put(object, "street_nbr", client.street_nbr);
  put(object, "neighborhood", client.neighborhood);
  put(object, "city", client.city);
  put(object, "country", client.country);
  if (!client.custom_fields.empty()) {
    json::object custom;
    for (const auto& [id, field] : client.custom_fields) {
      custom[id] = json::object{{"name", field.name}, {"value", field.value}};
    }
    object["custom_fields"] = std::move(custom);
  }
  return object;
}

Result<ClientPage> fetch_clients(Api& api, std::uint64_t offset, std::uint64_t limit) {
  auto answer = api.get(Target("/clients").query("limit", limit).query("offset", offset));
  if (!answer) return answer.error();
  auto clients = decode_list(std::move(answer->data), &decode_client);
  if (!clients) return clients.error();
  return ClientPage{*std::move(clients), std::move(answer->paging)};
}

Result<std::uint64_t> for_each_client(Api& api, const std::function<bool(Client&&)>& take) {
  std::uint64_t taken = 0;
  for (std::uint64_t offset = 0;; offset += kMaxPage) {
    auto page = fetch_clients(api, offset);
    if (!page) return page.error();
    for (Client& client : page->clients) {
      ++taken;
      if (!take(std::move(client))) return taken;
    }
    if (page->clients.size() < kMaxPage) return taken;
  }
}

Result<Client> fetch_client(Api& api, const std::string& uid_client) {
  auto answer = api.get(Target("/clients").segment(uid_client));
  if (!answer) return answer.error();
  return decode_client(std::move(answer->data));
}

Result<json::array> fetch_clients_json(Api& api, std::uint64_t offset, std::uint64_t limit) {
  auto answer = api.get(Target("/clients").query("limit", limit).query("offset", offset));
  if (!answer) return answer.error();
  if (!answer->data.is_array()) return unexpected_data("'data' is no array");
  return std::move(answer->data.get_array());
}

Result<json::object> fetch_client_json(Api& api, const std::string& uid_client) {
  auto answer = api.get(Target("/clients").segment(uid_client));
  if (!answer) return answer.error();
  if (!answer->data.is_object()) return unexpected_data("'data' is no object");
  return std::move(answer->data.get_object());
}

Result<json::value> create_client(Api& api, const Client& client) {
  auto answer = api.post(Target("/clients"), encode_client(client));
  if (!answer) return answer.error();
  return std::move(answer->data);
}

Result<json::value> change_client(Api& api, const std::string& uid_client, const json::object& changes) {
  auto answer = api.put(Target("/clients").segment(uid_client), changes);
  if (!answer) return answer.error();
  return std::move(answer->data);
}

Result<std::string> delete_client(Api& api, const std::string& uid_client) {
  auto answer = api.remove(Target("/clients").segment(uid_client));
  if (!answer) return answer.error();
  Fields fields(std::move(answer->data), "deleted client");
  return finish(fields, fields.id("uid_client"));
}

}  // namespace rastro::persat
