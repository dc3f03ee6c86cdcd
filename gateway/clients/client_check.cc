#include "gateway/clients/client_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

namespace rastro {
namespace {

struct Words {
  std::string_view name;
  std::string_view english;  // {}: the field
  std::string_view spanish;
};

constexpr std::array<Words, 11> kWords = {{
    {"none", "", ""},
    {"not_json", "the body is no JSON object", "El cuerpo debe ser un objeto JSON"},
    {"unknown_field", "there is no field '{}'", "El campo '{}' no existe"},
    {"wrong_type", "'{}' has a value of the wrong type", "'{}' tiene un valor de tipo incorrecto"},
    {"missing", "'{}' is needed", "'{}' es obligatorio"},
    {"empty", "'{}' is empty", "'{}' no puede estar vacío"},
    {"no_place", "a client needs a place: '{}' is missing, or latitude and longitude are both 0",
     "El cliente necesita una posición: falta '{}', o latitud y longitud son 0"},
    {"out_of_range", "'{}' is out of range", "'{}' está fuera de rango"},
    {"time_windows", "'{}' is no list of parts of a day, or differs from 'time_windows'",
     "'{}' no es una lista de franjas horarias válidas, o difiere de 'time_windows'"},
    {"area", "the area is refused: {}", "El área no es válida: {}"},
    {"twice", "'{}' stands there twice", "'{}' está repetido"},
}};

constexpr std::array<Words, 12> kAreaWords = {{
    {"not_geojson", "it is no GeoJSON geometry", "no es una geometría GeoJSON"},
    {"not_polygon", "it is neither a Polygon nor a MultiPolygon", "no es Polygon ni MultiPolygon"},
    {"empty", "it has no corners", "no tiene vértices"},
    {"out_of_range", "a corner is outside the world; GeoJSON has the longitude first",
     "un vértice está fuera del mundo; GeoJSON pone primero la longitud"},
    {"Self-intersection", "it crosses itself", "se cruza a sí misma"},
    {"Ring Self-intersection", "its edge touches or crosses itself", "su borde se toca o se cruza"},
    {"Hole lies outside shell", "a hole lies outside", "un hueco queda afuera"},
    {"Holes are nested", "a hole lies in a hole", "un hueco está dentro de otro"},
    {"Interior is disconnected", "holes cut it into pieces", "los huecos la parten"},
    {"Nested shells", "one part lies in another", "una parte está dentro de otra"},
    {"Duplicate Rings", "a ring stands there twice", "un anillo está repetido"},
    {"Too few points", "a ring has fewer than three corners", "un anillo tiene menos de tres vértices"},
}};

constexpr std::array<std::string_view, 7> kDays = {"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};
constexpr std::int32_t kDayMinutes = 1440;

// "Self-intersection[-58.4 -34.6]": in words, with the place where there is one.
std::string area_words(std::string_view reason, bool spanish) {
  const std::size_t bracket = reason.find('[');
  const std::string_view what = reason.substr(0, bracket);
  const auto found = std::ranges::find_if(
      kAreaWords, [&](const Words& words) { return what == words.name || what.starts_with(words.name); });
  std::string text(what);
  if (found != kAreaWords.end()) text = spanish ? found->spanish : found->english;
  if (bracket == std::string_view::npos) return text;
  const std::string_view place = reason.substr(bracket + 1, reason.size() - bracket - 2);
  return text + (spanish ? " en longitud, latitud " : " at longitude, latitude ") + std::string(place);
}

std::string mistake_words(const ClientMistake& mistake, bool spanish) {
  const Words& words = kWords[static_cast<std::size_t>(mistake.fault)];
  const std::string about =
      mistake.fault == ClientFault::kArea ? area_words(mistake.detail, spanish) : mistake.field;
  return fmt::format(fmt::runtime(spanish ? words.spanish : words.english), about);
}

bool is_outside(const std::optional<double>& value, double low, double high) {
  return value && !(*value >= low && *value <= high);
}

bool is_good_stay(const std::optional<std::int32_t>& seconds) {
  return !seconds || (*seconds >= 0 && *seconds <= kMaxStayS);
}

std::optional<std::int32_t> get_minute(const boost::json::object& window, std::string_view name) {
  const boost::json::value* value = window.if_contains(name);
  if (value == nullptr || !value->is_int64()) return {};
  const std::int64_t minute = value->get_int64();
  if (minute < 0 || minute > kDayMinutes) return {};
  return static_cast<std::int32_t>(minute);
}

std::optional<TimeWindow> parse_window(const boost::json::value& value) {
  const boost::json::object* object = value.if_object();
  if (object == nullptr) return {};
  TimeWindow window;
  const auto from = get_minute(*object, "from");
  const auto to = get_minute(*object, "to");
  if (!from || !to || *from >= *to) return {};
  window.from_min = *from;
  window.to_min = *to;
  const boost::json::value* days = object->if_contains("days");
  if (object->size() != (days == nullptr ? 2U : 3U)) return {};
  if (days == nullptr) return window;
  if (!days->is_array()) return {};
  for (const boost::json::value& day : days->get_array()) {
    if (!day.is_string() || std::ranges::find(kDays, std::string_view(day.get_string())) == kDays.end())
      return {};
    window.days.emplace_back(day.get_string());
  }
  return window;
}

// "08:00" as minutes.
std::optional<std::int32_t> parse_clock(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.size() != colon + 3) return {};
  std::int32_t hours = 0;
  std::int32_t minutes = 0;
  const auto hour = std::from_chars(text.data(), text.data() + colon, hours);
  const auto minute = std::from_chars(text.data() + colon + 1, text.data() + text.size(), minutes);
  if (hour.ec != std::errc() || hour.ptr != text.data() + colon || minute.ec != std::errc() ||
      minute.ptr != text.data() + text.size() || hours < 0 || minutes < 0 || minutes > 59)
    return {};
  return hours * 60 + minutes;
}

}  // namespace

std::string_view client_fault_name(ClientFault fault) { return kWords[static_cast<std::size_t>(fault)].name; }

std::string client_mistake_english(const ClientMistake& mistake) { return mistake_words(mistake, false); }

std::string client_mistake_spanish(const ClientMistake& mistake) { return mistake_words(mistake, true); }

ClientMistake check_client(const postgis::ClientEntry& client, bool is_new) {
  const bool has_area = client.area && !client.area->empty();
  if (is_new && !client.company_name) return {ClientFault::kMissing, "company_name"};
  if (client.company_name && client.company_name->empty()) return {ClientFault::kEmpty, "company_name"};
  if (client.latitude_deg.has_value() != client.longitude_deg.has_value() ||
      (is_new && !client.latitude_deg && !has_area))
    return {ClientFault::kNoPlace, client.latitude_deg ? "longitude" : "latitude"};
  if (is_outside(client.latitude_deg, -90, 90)) return {ClientFault::kOutOfRange, "latitude"};
  if (is_outside(client.longitude_deg, -180, 180)) return {ClientFault::kOutOfRange, "longitude"};
  if (client.latitude_deg == 0.0 && client.longitude_deg == 0.0) return {ClientFault::kNoPlace, "latitude"};
  // Below a metre no fix is ever inside.
  if (is_outside(client.radius_m, 1, kMaxRadiusM)) return {ClientFault::kOutOfRange, "radius_m"};
  if (!is_good_stay(client.min_visit_s)) return {ClientFault::kOutOfRange, "min_visit_s"};
  if (!is_good_stay(client.service_time_s)) return {ClientFault::kOutOfRange, "service_time"};
  if (client.time_windows && !parse_time_windows(*client.time_windows))
    return {ClientFault::kTimeWindows, "time_windows"};
  return {};
}

std::optional<std::vector<TimeWindow>> parse_time_windows(std::string_view json) {
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse({json.data(), json.size()}, error);
  if (error || !value.is_array()) return {};
  std::vector<TimeWindow> windows;
  for (const boost::json::value& item : value.get_array()) {
    auto window = parse_window(item);
    if (!window) return {};
    windows.push_back(std::move(*window));
  }
  return windows;
}

std::optional<TimeWindow> parse_time_window_text(std::string_view text) {
  const std::size_t at = std::min(text.find('@'), text.size());
  const std::string_view hours = text.substr(0, at);
  const std::size_t dash = std::min(hours.find('-'), hours.size());
  const auto from = parse_clock(hours.substr(0, dash));
  const auto to = parse_clock(hours.substr(std::min(dash + 1, hours.size())));
  if (!from || !to || *from >= *to || *to > kDayMinutes) return {};
  TimeWindow window{*from, *to, {}};
  for (std::string_view days = text.substr(std::min(at + 1, text.size())); !days.empty();) {
    const std::string_view day = days.substr(0, days.find(','));
    days.remove_prefix(std::min(days.size(), day.size() + 1));
    const auto found = std::ranges::find_if(
        kDays, [&](std::string_view name) { return day.size() >= 3 && name.starts_with(day); });
    if (found == kDays.end()) return {};
    window.days.emplace_back(*found);
  }
  return window;
}

std::string time_windows_json(const std::vector<TimeWindow>& windows) {
  std::string out = "[";
  for (const TimeWindow& window : windows) {
    if (out.size() > 1) out += ',';
    out += fmt::format(R"({{"from":{},"to":{})", window.from_min, window.to_min);
    if (!window.days.empty()) out += fmt::format(R"(,"days":["{}"])", fmt::join(window.days, "\",\""));
    out += '}';
  }
  return out + "]";
}

}  // namespace rastro
