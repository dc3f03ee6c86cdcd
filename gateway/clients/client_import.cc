#include "gateway/clients/client_import.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <set>

#include "gateway/clients/client_json.h"

namespace rastro {
namespace {

namespace json = boost::json;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::array<std::string_view, 7> kNumbers = {"latitude",     "longitude", "radius_m", "min_visit_s",
                                                      "service_time", "type_id",   "group_id"};

// Takes the cells of one record off the front of `text`; a quoted cell may hold separators, line ends and, in
// pairs, quotes. `line` goes on by the line ends that were passed.
std::vector<std::string> take_record(std::string_view& text, char separator, std::size_t& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') {
        cells.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cells.back() += c;
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"' && cells.back().empty()) {
      quoted = true;
    } else if (c == separator) {
      cells.emplace_back();
    } else if (c == '\n') {
      ++i;
      break;
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  text.remove_prefix(i);
  return cells;
}

char find_separator(std::string_view text) {
  const std::string_view head = text.substr(0, text.find('\n'));
  for (const char separator : {';', '\t'}) {
    if (head.find(separator) != std::string_view::npos) return separator;
  }
  return ',';
}

std::optional<json::value> parse_number(std::string cell, bool decimal_comma) {
  if (decimal_comma) std::ranges::replace(cell, ',', '.');
  std::int64_t whole = 0;
  const char* const end = cell.data() + cell.size();
  if (const auto read = std::from_chars(cell.data(), end, whole); read.ec == std::errc() && read.ptr == end)
    return json::value(whole);
  double number = 0;
  if (const auto read = std::from_chars(cell.data(), end, number); read.ec == std::errc() && read.ptr == end)
    return json::value(number);
  return {};
}

std::optional<json::value> parse_windows(std::string_view cell) {
  std::vector<TimeWindow> windows;
  while (!cell.empty()) {
    const std::string_view part = cell.substr(0, cell.find(' '));
    cell.remove_prefix(std::min(cell.size(), part.size() + 1));
    if (part.empty()) continue;
    auto window = parse_time_window_text(part);
    if (!window) return {};
    windows.push_back(std::move(*window));
  }
  return json::parse(time_windows_json(windows));
}

std::optional<json::value> parse_json(std::string_view cell) {
  json::error_code error;
  json::value value = json::parse({cell.data(), cell.size()}, error);
  return error ? std::nullopt : std::optional(std::move(value));
}

// Adds a cell to the client object of its line.
ClientMistake read_cell(const std::string& name, const std::string& cell, bool decimal_comma,
                        json::object& object) {
  std::optional<json::value> value;
  std::string_view member = name;
  if (std::ranges::find(kNumbers, member) != kNumbers.end()) {
    value = parse_number(cell, decimal_comma);
  } else if (member == "wt") {
    value = parse_windows(cell);
    member = "time_windows";
    if (!value) return {ClientFault::kTimeWindows, name};
  } else if (member == "area" || member == "time_windows" || member == "custom_fields") {
    value = parse_json(cell);
  } else {
    value = json::value(cell);
  }
  if (!value) return {ClientFault::kWrongType, name};
  object[member] = std::move(*value);
  return {};
}

// What a file is put together with, client by client.
class Collector {
 public:
  explicit Collector(ClientFile& file) : file_(file) {}

  void refuse(const ClientMistake& mistake, std::size_t place) {
    file_.mistake = mistake;
    file_.mistake_place = place;
  }

  // False after a mistake.
  bool add(const json::object& object, postgis::ClientEntry client, std::size_t place) {
    ClientMistake mistake = read_client(object, UnknownMembers::kPassOver, client);
    // Whether it is new only the database knows, which then refuses what lacks a name or a place.
    if (!mistake) mistake = check_client(client, false);
    if (!mistake && client.uid.empty()) mistake = {ClientFault::kMissing, "uid_client"};
    if (!mistake && !uids_.insert(client.uid).second) mistake = {ClientFault::kTwice, client.uid};
    if (mistake) {
      refuse(mistake, place);
      return false;
    }
    file_.clients.push_back(std::move(client));
    file_.places.push_back(place);
    return true;
  }

  void note_unused(std::string_view name) {
    if (!is_client_member(name) && seen_.emplace(name).second) file_.unused.emplace_back(name);
  }

 private:
  ClientFile& file_;
  std::set<std::string> uids_;
  std::set<std::string> seen_;
};

// Books have numbers as numbers; here they are names.
void make_text(json::object& properties, std::string_view name) {
  json::value* value = properties.if_contains(name);
  if (value != nullptr && value->is_number()) *value = json::serialize(*value);
}

bool read_geometry(const json::object& feature, postgis::ClientEntry& client) {
  const json::value* geometry = feature.if_contains("geometry");
  if (geometry == nullptr || geometry->is_null()) return true;
  const json::object* object = geometry->if_object();
  const json::value* type = object == nullptr ? nullptr : object->if_contains("type");
  if (type == nullptr || !type->is_string()) return false;
  if (type->get_string() != "Point") {
    client.area = json::serialize(*geometry);
    return true;
  }
  const json::value* coordinates = object->if_contains("coordinates");
  const json::array* place = coordinates == nullptr ? nullptr : coordinates->if_array();
  if (place == nullptr || place->size() < 2 || !(*place)[0].is_number() || !(*place)[1].is_number())
    return false;
  client.longitude_deg = (*place)[0].to_number<double>();
  client.latitude_deg = (*place)[1].to_number<double>();
  return true;
}

}  // namespace

ClientFile parse_client_csv(std::string_view text) {
  ClientFile file;
  Collector collector(file);
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const char separator = find_separator(text);
  std::size_t line = 1;
  const std::vector<std::string> names = take_record(text, separator, line);
  for (const std::string& name : names) collector.note_unused(name);
  while (!text.empty()) {
    const std::size_t here = line;
    const std::vector<std::string> cells = take_record(text, separator, line);
    json::object object;
    for (std::size_t i = 0; i < std::min(names.size(), cells.size()); ++i) {
      if (cells[i].empty() || !is_client_member(names[i])) continue;
      const ClientMistake mistake = read_cell(names[i], cells[i], separator != ',', object);
      if (!mistake) continue;
      collector.refuse(mistake, here);
      return file;
    }
    const bool blank = cells.size() == 1 && cells.front().empty();
    if (!blank && !collector.add(object, {}, here)) return file;
  }
  return file;
}

ClientFile parse_client_geojson(std::string_view text) {
  ClientFile file;
  Collector collector(file);
  const auto root = parse_json(text);
  const json::object* collection = root ? root->if_object() : nullptr;
  const json::value* features = collection == nullptr ? nullptr : collection->if_contains("features");
  if (features == nullptr || !features->is_array()) {
    collector.refuse({ClientFault::kMissing, "features"}, 0);
    return file;
  }
  std::size_t number = 0;
  for (const json::value& item : features->get_array()) {
    ++number;
    postgis::ClientEntry client;
    const json::object* feature = item.if_object();
    if (feature == nullptr || !read_geometry(*feature, client)) {
      collector.refuse({ClientFault::kWrongType, "geometry"}, number);
      return file;
    }
    const json::value* given = feature->if_contains("properties");
    json::object properties = given != nullptr && given->is_object() ? given->get_object() : json::object();
    if (const json::value* id = feature->if_contains("id");
        id != nullptr && !properties.contains("uid_client"))
      properties["uid_client"] = *id;
    make_text(properties, "uid_client");
    for (const auto& property : properties) collector.note_unused(property.key());
    if (!collector.add(properties, std::move(client), number)) return file;
  }
  return file;
}

ClientFile parse_client_file(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return first != std::string_view::npos && text[first] == '{' ? parse_client_geojson(text)
                                                               : parse_client_csv(text);
}

}  // namespace rastro
