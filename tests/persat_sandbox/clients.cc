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
  for (std::size_t i = 0; i < sizes.clients; ++i) {
    const json::object client = make_client(sizes, i);
    clients_.push_back(
        {text_member(client, "uid_client"), text_member(client, "company_name"), json::serialize(client)});
  }
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
  if (found == clients_.end()) return failure(404, "No existe un cliente con este número.");
  return success(json::parse(found->text));
}

std::vector<Clients::Stored>::const_iterator Clients::find(std::string_view uid) const {
  return std::ranges::find(clients_, uid, [](const Stored& client) { return std::string_view(client.uid); });
}

bool Clients::contains(std::string_view uid) const { return find(uid) != clients_.end(); }

json::object Clients::brief(std::size_t index) const {
  const Stored& client = clients_.at(index % clients_.size());
  return {{"uid_client", client.uid}, {"company_name", client.name}};
}

json::object Clients::brief(std::string_view uid) const {
  return brief(static_cast<std::size_t>(find(uid) - clients_.begin()));
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
std::optional<Reply> Clients::check(const json::object& client, const Stored* besides) const {
  for (const char* name : {"uid_client", "company_name"}) {
    if (text_member(client, name).empty()) return failure(400, "'" + std::string(name) + "' es obligatorio");
  }
  for (const Stored& other : clients_) {
    if (&other == besides) continue;
    if (other.uid == text_member(client, "uid_client")) {
      return failure(409, "Ya existe un cliente con este número.");
    }
    if (other.name == text_member(client, "company_name")) {
      return failure(409, "Ya existe un cliente con este nombre.");
    }
  }
  return {};
}

Reply Clients::create(const Request& request) {
  const auto client = parse_object(request.body);
  if (!client) return failure(400, "El cuerpo no es un JSON válido");
  if (auto fault = check(*client, nullptr)) return *std::move(fault);
  const std::string uid = text_member(*client, "uid_client");
  clients_.push_back({uid, text_member(*client, "company_name"), json::serialize(*client)});
  return success(json::object{{"uid_client", uid}});
}

Reply Clients::change(const std::string& uid, const Request& request) {
  const auto changes = parse_object(request.body);
  if (!changes) return failure(400, "El cuerpo no es un JSON válido");
  const auto found = find(uid);
  if (found == clients_.end()) return failure(404, "No existe un cliente con este número.");
  json::object client = json::parse(found->text).as_object();
  for (const auto& [name, value] : *changes) client[name] = value;
  Stored& stored = clients_[static_cast<std::size_t>(found - clients_.begin())];
  if (auto fault = check(client, &stored)) return *std::move(fault);
  stored = {text_member(client, "uid_client"), text_member(client, "company_name"), json::serialize(client)};
  return success(json::object{{"uid_client", stored.uid}});
}

Reply Clients::remove(const std::string& uid) {
  const auto found = find(uid);
  if (found == clients_.end()) return failure(404, "No existe un cliente con este número.");
  clients_.erase(found);
  return success(json::object{{"uid_client", uid}});
}

}  // namespace persat_sandbox
