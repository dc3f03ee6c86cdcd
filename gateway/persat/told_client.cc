#include "gateway/persat/told_client.h"

#include <algorithm>
#include <array>

#include "gateway/clients/client_json.h"
#include "schema/json.h"

namespace rastro {
namespace {

namespace json = boost::json;

// Of rastro.client_fields(): what Persat says under these names is not the same.
constexpr std::array<std::string_view, 8> kReserved = {"company_name", "position",       "radius_m",
                                                       "area",         "service_time_s", "time_windows",
                                                       "address",      "min_visit_s"};

void append_field(std::string_view name, std::string_view value, std::string& fields) {
  if (fields.size() > 1) fields += ',';
  append_json_string(name, fields);
  fields.append(":").append(value);
}

std::string text_json(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

std::string number_json(double number) {
  std::string out;
  append_json_number(number, out);
  return out;
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// "Calle 12, Barrio, Ciudad", of what there is.
std::string address_of(const json::object& object) {
  std::string address = text_of(object, "street");
  if (const std::string number = text_of(object, "street_nbr"); !number.empty() && !address.empty())
    address += ' ' + number;
  for (const char* name : {"neighborhood", "city"}) {
    const std::string part = text_of(object, name);
    if (part.empty()) continue;
    if (!address.empty()) address += ", ";
    address += part;
  }
  return address;
}

// Empty: it has one that can be.
std::string position_trouble(const postgis::ClientEntry& entry) {
  if (!entry.latitude_deg || !entry.longitude_deg) return "no_position";
  if (*entry.latitude_deg == 0 && *entry.longitude_deg == 0) return "zero_position";
  if (std::abs(*entry.latitude_deg) > 90 || std::abs(*entry.longitude_deg) > 180) return "out_of_range";
  return {};
}

double radius_of(const json::object& object, const ClientRadius& radius) {
  const json::value* type = object.if_contains("type_id");
  if (type == nullptr || !type->is_int64()) return radius.standard_m;
  const auto found = radius.by_type.find(type->get_int64());
  return found == radius.by_type.end() ? radius.standard_m : found->second;
}

// A value that PostgreSQL keeps: no NUL, which ends a text there.
bool storable(const json::value& value) {
  return json::serialize(value).find("\\u0000") == std::string::npos;
}

// Takes out what is not as documented, a member at a time.
postgis::ClientEntry read_entry(json::object& object, std::vector<std::string>& passed_over) {
  for (const std::string_view name : kReserved) {
    if (name != "company_name") object.erase(name);
  }
  while (true) {
    postgis::ClientEntry entry;
    const ClientMistake mistake = read_client(object, UnknownMembers::kPassOver, entry);
    if (!mistake || object.erase(mistake.field) == 0) return entry;
    passed_over.push_back(mistake.field);
  }
}

}  // namespace

std::optional<ToldClientRead> read_told_client(json::object object, const ClientRadius& radius) {
  // "alphanumeric" (persat-api.md 5.1); some number theirs.
  if (json::value* uid = object.if_contains("uid_client"); uid != nullptr && uid->is_int64())
    *uid = std::to_string(uid->get_int64());
  ToldClientRead read;
  const postgis::ClientEntry entry = read_entry(object, read.passed_over);
  if (entry.uid.empty()) return {};
  read.client.uid = entry.uid;
  read.client.trouble = position_trouble(entry);

  std::string fields = "{";
  const std::string name = entry.company_name.value_or("");
  append_field("company_name", text_json(name.empty() ? entry.uid : name), fields);
  if (read.client.trouble.empty())
    append_field("position",
                 "[" + number_json(*entry.longitude_deg) + "," + number_json(*entry.latitude_deg) + "]",
                 fields);
  append_field("radius_m", number_json(radius_of(object, radius)), fields);
  if (entry.service_time_s && *entry.service_time_s >= 1 && *entry.service_time_s <= kMaxStayS)
    append_field("service_time_s", std::to_string(*entry.service_time_s), fields);
  if (entry.time_windows && *entry.time_windows != "[]")
    append_field("time_windows", *entry.time_windows, fields);
  if (const std::string address = address_of(object); !address.empty())
    append_field("address", text_json(address), fields);
  for (const auto& member : object) {
    const std::string_view member_name(member.key());
    constexpr std::array<std::string_view, 8> kTaken = {
        "uid_client", "latitude", "longitude", "service_time", "wt", "id", "last_updated", "company_name"};
    if (member.value().is_null() || std::ranges::find(kTaken, member_name) != kTaken.end()) continue;
    if (!storable(member.value()) || !storable(json::value(member.key()))) {
      read.passed_over.emplace_back(member_name);
      continue;
    }
    append_field(member_name, json::serialize(member.value()), fields);
  }
  read.client.fields = fields + "}";
  return read;
}

}  // namespace rastro
