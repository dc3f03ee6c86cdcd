#include "forwarder/body_template.h"

#include <algorithm>
#include <boost/json.hpp>

#include "schema/json.h"

namespace rastro::forward {
namespace {

// In the order of Placeholder.
constexpr std::array<std::string_view, kPlaceholderCount> kNames = {
    "persat_device_id", "imei",       "serial_number", "time",       "time_ms",
    "received",         "latitude",   "longitude",     "altitude_m", "speed_kmh",
    "course_deg",       "satellites", "valid",         "attributes", "key"};

std::optional<Placeholder> find_placeholder(std::string_view name) {
  const auto* const found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return {};
  return static_cast<Placeholder>(found - kNames.begin());
}

std::string all_names() {
  std::string names;
  for (const std::string_view name : kNames) {
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names;
}

template <typename Number>
void append_number(const std::optional<Number>& value, std::string& out) {
  value ? append_json_number(static_cast<double>(*value), out) : void(out += "null");
}

void append_text(std::string_view text, std::string& out) {
  text.empty() ? void(out += "null") : append_json_string(text, out);
}

void append_time(std::int64_t time_ms, std::string& out) {
  out += '"';
  append_iso8601(time_ms, out);
  out += '"';
}

void append_value(Placeholder placeholder, const Position& position, std::string& out) {
  const Fix& fix = position.fix;
  switch (placeholder) {
    case Placeholder::kPersatDeviceId:
      out += position.persat_device_id ? std::to_string(*position.persat_device_id) : "null";
      break;
    case Placeholder::kImei:
      return append_text(position.imei, out);
    case Placeholder::kSerialNumber:
      return append_text(position.serial_number, out);
    case Placeholder::kTime:
      return append_time(fix.time_ms, out);
    case Placeholder::kTimeMs:
      out += std::to_string(fix.time_ms);
      break;
    case Placeholder::kReceived:
      return append_time(position.received_ms, out);
    case Placeholder::kLatitude:
      return append_json_number(fix.latitude_deg, out);
    case Placeholder::kLongitude:
      return append_json_number(fix.longitude_deg, out);
    case Placeholder::kAltitudeM:
      return append_number(fix.altitude_m, out);
    case Placeholder::kSpeedKmh:
      return append_number(fix.speed_kmh, out);
    case Placeholder::kCourseDeg:
      return append_number(fix.course_deg, out);
    case Placeholder::kSatellites:
      return append_number(fix.satellites, out);
    case Placeholder::kValid:
      out += fix.valid ? "true" : "false";
      break;
    case Placeholder::kAttributes:
      out += position.attributes.empty() ? "{}" : position.attributes;
      break;
    case Placeholder::kKey:
      return append_text(position.key, out);
  }
}

// Empty when it is JSON, else what the parser says and around which text.
std::string json_fault(const std::string& text) {
  boost::json::stream_parser parser;
  boost::json::error_code error;
  const std::size_t read = parser.write_some(text, error);
  if (!error && read == text.size()) parser.finish(error);
  if (!error && read == text.size()) return {};
  constexpr std::size_t kAround = 24;
  const std::size_t from = read < kAround ? 0 : read - kAround;
  return (error ? error.message() : "something follows its end") + " near \"" +
         text.substr(from, 2 * kAround) + '"';
}

// The result has to be JSON with everything that a fix can have, and with as little.
std::string sample_fault(const BodyTemplate& body) {
  Fix full;
  full.time_ms = 1795534200000;
  full.valid = true;
  full.latitude_deg = -31.4135;
  full.longitude_deg = -64.18105;
  full.altitude_m = 412;
  full.speed_kmh = 38.5;
  full.course_deg = 143;
  full.satellites = 9;
  std::string text;
  body.render({31, "123456789012345", "86-0001-XY", full.time_ms, full, R"({"ignition":true})", "0123"},
              text);
  std::string fault = json_fault(text);
  if (!fault.empty()) return fault;
  text.clear();
  body.render({{}, "", "", 0, Fix{}, {}, {}}, text);
  return json_fault(text);
}

}  // namespace

std::optional<BodyTemplate> BodyTemplate::parse(std::string_view text, std::string& why) {
  BodyTemplate body;
  while (!text.empty()) {
    const std::size_t mark = text.find("${");
    Piece& piece = body.pieces_.emplace_back();
    piece.literal = text.substr(0, mark);
    if (mark == std::string_view::npos) break;
    text.remove_prefix(mark + 2);
    const std::size_t end = text.find('}');
    if (end == std::string_view::npos) {
      why = "a ${ has no } behind it";
      return {};
    }
    const std::string_view name = text.substr(0, end);
    piece.placeholder = find_placeholder(name);
    if (!piece.placeholder) {
      why = "${" + std::string(name) + "} is not known; there are: " + all_names();
      return {};
    }
    body.needed_[static_cast<std::size_t>(*piece.placeholder)] = true;
    text.remove_prefix(end + 1);
  }
  const std::string fault = sample_fault(body);
  if (!fault.empty()) {
    why = "with values filled in it is no JSON (a placeholder brings its own quotes): " + fault;
    return {};
  }
  return body;
}

void BodyTemplate::render(const Position& position, std::string& out) const {
  for (const Piece& piece : pieces_) {
    out += piece.literal;
    if (piece.placeholder) append_value(*piece.placeholder, position, out);
  }
}

}  // namespace rastro::forward
