#include "gateway/clients/client_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "schema/json.h"

namespace rastro {
namespace {

namespace json = boost::json;

// Persat's members that Rastro only keeps.
constexpr std::array<std::string_view, 6> kDetailTexts = {"company_description", "street", "street_nbr",
                                                          "neighborhood",        "city",   "country"};
constexpr std::array<std::string_view, 2> kDetailNumbers = {"type_id", "group_id"};
constexpr std::string_view kCustomFields = "custom_fields";
constexpr std::array<std::string_view, 11> kOwn = {
    "uid_client",  "company_name", "address",      "latitude", "longitude", "radius_m",
    "min_visit_s", "service_time", "time_windows", "wt",       "area"};
constexpr std::array<std::string_view, 2> kTold = {"id", "last_updated"};
constexpr double kSecondsAMinute = 60;

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

// A null is "nothing said" where there is nothing to take away.
bool read(const json::value& value, std::optional<std::string>& out) {
  if (value.is_null()) return true;
  if (!value.is_string()) return false;
  out = std::string(value.get_string());
  return true;
}

bool read(const json::value& value, std::optional<double>& out) {
  if (value.is_null()) return true;
  json::error_code error;
  const auto number = value.to_number<double>(error);
  if (error || !std::isfinite(number)) return false;
  out = number;
  return true;
}

bool read(const json::value& value, std::optional<std::int32_t>& out) {
  if (value.is_null()) return true;
  json::error_code error;
  const auto number = value.to_number<std::int32_t>(error);
  if (error) return false;
  out = number;
  return true;
}

bool read_service_time(const json::value& value, std::optional<std::int32_t>& seconds) {
  std::optional<double> minutes;
  if (!read(value, minutes)) return false;
  // Far beyond what is accepted, and still a number of seconds that can be.
  constexpr double kMaxMinutes = 1e6;
  seconds = static_cast<std::int32_t>(
      std::lround(std::clamp(minutes.value_or(0), -kMaxMinutes, kMaxMinutes) * kSecondsAMinute));
  return true;
}

bool read_area(const json::value& value, std::optional<std::string>& out) {
  if (value.is_null()) {
    out = std::string();
  } else if (value.is_object()) {
    out = json::serialize(value);
  } else {
    return false;
  }
  return true;
}

// [from, to], null for none.
std::optional<std::vector<TimeWindow>> read_wt(const json::value& value) {
  if (value.is_null()) return std::vector<TimeWindow>();
  const json::array* pair = value.if_array();
  if (pair == nullptr || pair->size() != 2) return {};
  return parse_time_windows(json::serialize(json::array{{{"from", (*pair)[0]}, {"to", (*pair)[1]}}}));
}

// A program that knows only Persat changes `wt` and sends the rest back as it came.
ClientMistake merge_windows(const json::value* wt, postgis::ClientEntry& out) {
  if (wt == nullptr) return {};
  const auto windows = read_wt(*wt);
  if (!windows) return {ClientFault::kTimeWindows, "wt"};
  if (out.time_windows && parse_time_windows(*out.time_windows) != windows)
    return {ClientFault::kTimeWindows, "wt"};
  out.time_windows = time_windows_json(*windows);
  return {};
}

bool read_own(std::string_view name, const json::value& value, postgis::ClientEntry& out) {
  if (name == "uid_client") {
    std::optional<std::string> uid;
    if (!read(value, uid)) return false;
    out.uid = uid.value_or("");
    return true;
  }
  if (name == "company_name") return read(value, out.company_name);
  if (name == "address") return read(value, out.address);
  if (name == "latitude") return read(value, out.latitude_deg);
  if (name == "longitude") return read(value, out.longitude_deg);
  if (name == "radius_m") return read(value, out.radius_m);
  if (name == "min_visit_s") return read(value, out.min_visit_s);
  if (name == "service_time") return read_service_time(value, out.service_time_s);
  if (name == "area") return read_area(value, out.area);
  if (name == "time_windows") {
    if (!value.is_array()) return false;
    out.time_windows = json::serialize(value);
  }
  return true;  // wt is read last
}

bool is_good_detail(std::string_view name, const json::value& value) {
  if (value.is_null()) return true;
  if (name == kCustomFields) return value.is_object();
  return is_one_of(name, kDetailTexts) ? value.is_string() : value.is_int64();
}

// PostgreSQL stores no NUL, and cuts a text short at one.
bool holds_nul(const json::value& value) {
  return !value.is_number() && json::serialize(value).find("\\u0000") != std::string::npos;
}

void append_member(std::string_view name, const json::object& details, std::string_view otherwise,
                   std::string& out) {
  const json::value* value = details.if_contains(name);
  out += fmt::format(R"(,"{}":{})", name,
                     value == nullptr || value->is_null() ? std::string(otherwise) : json::serialize(*value));
}

void append_text(std::string_view name, std::string_view text, std::string& out) {
  out += fmt::format(R"(,"{}":)", name);
  append_json_string(text, out);
}

void append_number(std::string_view name, double number, std::string& out) {
  out += fmt::format(R"(,"{}":)", name);
  append_json_number(number, out);
}

}  // namespace

bool is_client_member(std::string_view name) {
  return is_one_of(name, kOwn) || is_one_of(name, kTold) || is_one_of(name, kDetailTexts) ||
         is_one_of(name, kDetailNumbers) || name == kCustomFields;
}

ClientMistake read_client(const json::object& object, UnknownMembers unknown, postgis::ClientEntry& out) {
  json::object details;
  for (const auto& member : object) {
    const std::string_view name(member.key());
    if (is_one_of(name, kTold)) continue;
    if (holds_nul(member.value())) return {ClientFault::kWrongType, std::string(name)};
    if (is_one_of(name, kOwn)) {
      if (!read_own(name, member.value(), out)) return {ClientFault::kWrongType, std::string(name)};
    } else if (is_client_member(name)) {
      if (!is_good_detail(name, member.value())) return {ClientFault::kWrongType, std::string(name)};
      details[name] = member.value();
    } else if (unknown == UnknownMembers::kRefuse) {
      return {ClientFault::kUnknownField, std::string(name)};
    }
  }
  if (!details.empty()) out.details = json::serialize(details);
  return merge_windows(object.if_contains("wt"), out);
}

ClientMistake parse_client(std::string_view text, postgis::ClientEntry& out) {
  json::error_code error;
  const json::value value = json::parse({text.data(), text.size()}, error);
  if (error || !value.is_object()) return {ClientFault::kNotJson};
  return read_client(value.get_object(), UnknownMembers::kRefuse, out);
}

std::string client_json(const postgis::StoredClient& client) {
  json::error_code error;
  const json::value parsed = json::parse(client.details, error);
  const json::object details = parsed.is_object() ? parsed.get_object() : json::object();
  std::string out = "{\"uid_client\":";
  append_json_string(client.uid, out);
  append_text("company_name", client.company_name, out);
  append_member("company_description", details, "\"\"", out);
  for (const std::string_view name : kDetailNumbers) append_member(name, details, "null", out);
  append_number("latitude", client.latitude_deg, out);
  append_number("longitude", client.longitude_deg, out);
  if (client.service_time_s) append_number("service_time", *client.service_time_s / kSecondsAMinute, out);
  const auto windows = parse_time_windows(client.time_windows);
  if (windows && windows->size() == 1 && windows->front().days.empty())
    out += fmt::format(R"(,"wt":[{},{}])", windows->front().from_min, windows->front().to_min);
  for (const std::string_view name : std::span(kDetailTexts).subspan(1))
    append_member(name, details, "null", out);
  out += R"(,"last_updated":")";
  append_iso8601(client.updated_ms, out);
  out += '"';
  append_member(kCustomFields, details, "{}", out);
  out += fmt::format(R"(,"id":{})", client.id);
  append_text("address", client.address, out);
  append_number("radius_m", client.radius_m, out);
  out += fmt::format(R"(,"area":{},"min_visit_s":{},"time_windows":{}}})",
                     client.area.empty() ? "null" : client.area, client.min_visit_s, client.time_windows);
  return out;
}

}  // namespace rastro
