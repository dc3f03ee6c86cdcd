#include "tests/persat_sandbox/clients.h"

#include <algorithm>

namespace persat_sandbox {
namespace {

namespace json = boost::json;

constexpr std::string_view kPath = "/v1/clients";

std::string text_member(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

json::object make_client(const Sizes& sizes, std::size_t number) {
  const Place place = draw_place(sizes.seed, number);
  const std::uint64_t word = draw(sizes.seed, number);
  const std::string id = std::to_string(number + 1);
  return {{"uid_client", "CL-" + id},
          {"company_name", "Cliente " + id},
          {"company_description", ""},
          {"type_id", 1 + static_cast<std::int64_t>(word % 3)},
          {"group_id", 1 + static_cast<std::int64_t>(word / 3 % 2)},
          {"latitude", place.latitude},
          {"longitude", place.longitude},
          {"service_time", 15 + 5 * static_cast<std::int64_t>(word / 6 % 6)},
          {"wt", {480, 1080}},
          {"street", place.street},
          {"street_nbr", std::to_string(100 + word / 36 % 4900)},
          {"neighborhood", place.neighborhood},
          {"city", "Buenos Aires"},
          {"country", "Argentina"},
          {"last_updated", write_time(sizes.today - std::chrono::days(1 + word % 300), 600)},
          {"custom_fields", {{"3", {{"name", "Contacto"}, {"value", "Contacto " + id}}}}}};
}

json::value named(std::initializer_list<const char*> names) {
  json::array list;
  for (const char* name : names) list.push_back({{"id", list.size() + 1}, {"name", name}});
  return list;
}

Reply missing() { return failure(404, "No existe un cliente con este número."); }

std::optional<Reply> answer_lists(const Request& request) {
  if (request.method != "GET") return {};
  if (request.path == "/v1/client-types") return success(named({"Comercio", "Taller", "Depósito"}));
  if (request.path == "/v1/client-groups") return success(named({"Capital", "Gran Buenos Aires"}));
  if (request.path == "/v1/client-custom-fields") return success(named({"Teléfono", "Zona", "Contacto"}));
  return {};
}

}  // namespace

Clients::Clients(const Sizes& sizes) {
  clients_.reserve(sizes.clients);
  for (std::size_t i = 0; i < sizes.clients; ++i) store(i, make_client(sizes, i));
}

std::optional<Reply> Clients::answer(const Request& request) {
  if (auto reply = answer_lists(request)) return reply;
  if (request.path == kPath) {
    if (request.method == "GET") return list(request);
    if (request.method == "POST") return create(request);
  }
  const auto uid = last_segment(request, std::string(kPath) + "/");
  if (!uid) return {};
  if (request.method == "PUT") return change(*uid, request);
  if (request.method == "DELETE") return remove(*uid);
  if (request.method != "GET") return {};
  const auto found = find(*uid);
  if (!found) return missing();
  return success(json::parse(clients_[*found].text));
}

std::optional<std::size_t> Clients::find(const std::string& uid) const {
  const auto found = by_uid_.find(uid);
  if (found == by_uid_.end()) return {};
  return found->second;
}

void Clients::store(std::size_t place, json::object client) {
  if (place == clients_.size()) clients_.emplace_back();
  Stored& stored = clients_[place];
  by_uid_.erase(stored.uid);
  by_name_.erase(stored.name);
  stored = {text_member(client, "uid_client"), text_member(client, "company_name"), json::serialize(client)};
  by_uid_[stored.uid] = by_name_[stored.name] = place;
}

// Those behind it move up.
void Clients::erase(std::size_t place) {
  by_uid_.erase(clients_[place].uid);
  by_name_.erase(clients_[place].name);
  clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(place));
  for (std::size_t i = place; i < clients_.size(); ++i)
    by_uid_[clients_[i].uid] = by_name_[clients_[i].name] = i;
}

json::object Clients::brief(std::size_t index) const {
  const Stored& client = clients_.at(index % clients_.size());
  return {{"uid_client", client.uid}, {"company_name", client.name}};
}

Reply Clients::list(const Request& request) const {
  const auto limit = parse_limit(request);
  if (!limit) return failure(400, "'limit' debe ser un número entero entre 1 y 100");
  const std::string offset_text = request.parameter("offset");
  const auto offset = offset_text.empty() ? 0 : parse_id(offset_text).value_or(-1);
  if (offset < 0) return failure(400, "'offset' debe ser un número entero");
  const std::size_t from = std::min(static_cast<std::size_t>(offset), clients_.size());
  const std::size_t to = std::min(from + *limit, clients_.size());
  const json::object paging{
      {"offset", offset}, {"limit", to - from}, {"result", clients_.size()}, {"total", clients_.size()}};
  Reply reply;
  reply.body = R"({"success":true,"paging":)" + json::serialize(paging) + R"(,"data":[)";
  for (std::size_t i = from; i < to; ++i) {
    if (i > from) reply.body += ',';
    reply.body += clients_[i].text;
  }
  reply.body += "]}";
  return reply;
}

// The texts are the sandbox's own, in the manner of the documented ones: the pages of creating and changing
// could not be read.
std::optional<Reply> Clients::check(const json::object& client, std::size_t place) const {
  for (const char* name : {"uid_client", "company_name"}) {
    if (text_member(client, name).empty()) return failure(400, "'" + std::string(name) + "' es obligatorio");
  }
  const auto same_uid = by_uid_.find(text_member(client, "uid_client"));
  if (same_uid != by_uid_.end() && same_uid->second != place)
    return failure(409, "Ya existe un cliente con este número.");
  const auto same_name = by_name_.find(text_member(client, "company_name"));
  if (same_name != by_name_.end() && same_name->second != place)
    return failure(409, "Ya existe un cliente con este nombre.");
  return {};
}

Reply Clients::create(const Request& request) {
  auto client = parse_object(request.body);
  if (!client) return failure(400, "El cuerpo no es un JSON válido");
  if (auto fault = check(*client, clients_.size())) return *std::move(fault);
  const std::string uid = text_member(*client, "uid_client");
  store(clients_.size(), *std::move(client));
  return success(json::object{{"uid_client", uid}});
}

Reply Clients::change(const std::string& uid, const Request& request) {
  const auto changes = parse_object(request.body);
  if (!changes) return failure(400, "El cuerpo no es un JSON válido");
  const auto found = find(uid);
  if (!found) return missing();
  json::object client = json::parse(clients_[*found].text).as_object();
  for (const auto& [name, value] : *changes) client[name] = value;
  if (auto fault = check(client, *found)) return *std::move(fault);
  store(*found, std::move(client));
  return success(json::object{{"uid_client", clients_[*found].uid}});
}

Reply Clients::remove(const std::string& uid) {
  const auto found = find(uid);
  if (!found) return missing();
  erase(*found);
  return success(json::object{{"uid_client", uid}});
}

Reply Clients::put(const std::string& uid, const json::object& changes, Event& event) {
  const auto found = find(uid);
  json::object client = found ? json::parse(clients_[*found].text).as_object()
                              : json::object{{"uid_client", uid}, {"company_name", "Cliente " + uid}};
  if (changes.contains("gone")) {
    event = {"client.deleted", std::move(client)};
    return remove(uid);
  }
  const std::size_t place = found.value_or(clients_.size());
  for (const auto& [name, value] : changes) client[name] = value;
  if (auto fault = check(client, place)) return *std::move(fault);
  event = {found ? "client.updated" : "client.created", client};
  store(place, std::move(client));
  return success(json::object{{"uid_client", clients_[place].uid}});
}

}  // namespace persat_sandbox
