#include "tests/persat_sandbox/sandbox.h"

#include <boost/json.hpp>
#include <charconv>
#include <functional>
#include <string_view>

namespace persat_sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t kHugeBody = 1U << 20;

const char* type_of(int status) {
  switch (status) {
    case 400:
      return "BAD_REQUEST";
    case 401:
      return "UNAUTHORIZED";
    case 404:
      return "NOT_FOUND";
    case 409:
      return "CONFLICT";
    case 415:
      return "UNSUPPORTED_MEDIA_TYPE";
    case 500:
      return "INTERNAL_ERROR";
    default:
      return "UNDOCUMENTED";
  }
}

Reply success(json::value data) {
  Reply reply;
  reply.body = json::serialize(json::object{{"success", true}, {"data", std::move(data)}});
  return reply;
}

Reply failure(int status, std::string_view message) {
  Reply reply;
  reply.status = status;
  reply.body = json::serialize(
      json::object{{"success", false},
                   {"error", {{"status", status}, {"type", type_of(status)}, {"userMessage", message}}}});
  return reply;
}

std::optional<json::object> parse_object(const std::string& text) {
  json::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) return {};
  return std::move(value.get_object());
}

std::optional<std::int64_t> parse_id(std::string_view text) {
  std::int64_t id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return {};
  return id;
}

// "2026-11-24T15:30:00.000Z", the one form that Persat documents; it sorts as text.
bool is_timestamp(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd.dddZ";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == 'd' ? !digit : text[i] != kForm[i]) return false;
  }
  return true;
}

// The message for a field that is missing or ill-typed; empty when it is well.
std::string field_fault(const json::object& body, const char* name, const char* should_be,
                        const std::function<bool(const json::value&)>& good) {
  const json::value* value = body.if_contains(name);
  if (value == nullptr || value->is_null()) return "'" + std::string(name) + "' es obligatorio";
  if (!good(*value)) return "'" + std::string(name) + "' debe ser " + should_be;
  return {};
}

std::string body_fault(const json::object& body) {
  const auto degrees = [](double most) {
    return [most](const json::value& value) {
      json::error_code error;
      const auto number = value.to_number<double>(error);
      return !error && number >= -most && number <= most;
    };
  };
  std::string fault =
      field_fault(body, "device_id", "un número entero", [](const json::value& v) { return v.is_int64(); });
  if (fault.empty()) {
    fault = field_fault(
        body, "timestamp", "una fecha ISO-8601 con milisegundos y Z",
        [](const json::value& v) { return v.is_string() && is_timestamp(std::string_view(v.get_string())); });
  }
  if (fault.empty()) fault = field_fault(body, "latitude", "un número entre -90 y 90", degrees(90));
  if (fault.empty()) fault = field_fault(body, "longitude", "un número entre -180 y 180", degrees(180));
  return fault;
}

std::optional<FaultMode> parse_mode(std::string_view name) {
  static const std::map<std::string_view, FaultMode> kModes = {
      {"none", FaultMode::kNone},   {"status", FaultMode::kStatus},
      {"stall", FaultMode::kStall}, {"cut", FaultMode::kCut},
      {"html", FaultMode::kHtml},   {"success_false", FaultMode::kSuccessFalse},
      {"huge", FaultMode::kHuge},   {"retry_after", FaultMode::kRetryAfter}};
  const auto found = kModes.find(name);
  if (found == kModes.end()) return {};
  return found->second;
}

int default_status(FaultMode mode) {
  if (mode == FaultMode::kHtml) return 200;
  return mode == FaultMode::kSuccessFalse ? 400 : 500;
}

Reply fault_reply(const Fault& fault) {
  Reply reply = failure(fault.status, "falla pedida al sandbox");
  switch (fault.mode) {
    case FaultMode::kNone:
    case FaultMode::kStatus:
      break;
    case FaultMode::kStall:
      reply.delivery = Delivery::kStall;
      reply.stall_s = fault.seconds;
      break;
    case FaultMode::kCut:
      reply = success(json::object());
      reply.delivery = Delivery::kCut;
      break;
    case FaultMode::kHtml:
      reply = {fault.status, "text/html", "<!DOCTYPE html><html><body>Bienvenido</body></html>"};
      break;
    case FaultMode::kSuccessFalse:
      reply.status = 200;
      break;
    case FaultMode::kRetryAfter:
      reply = failure(429, "demasiadas solicitudes");
      reply.retry_after = std::to_string(fault.seconds);
      break;
    case FaultMode::kHuge:
      reply.status = 200;
      reply.body = R"({"success":true,"data":")" + std::string(kHugeBody, 'x') + "\"}";
      break;
  }
  return reply;
}

json::object last_point(std::int64_t id, const Device& device) {
  return {{"device_id", id},
          {"timestamp", device.timestamp},
          {"latitude", device.latitude},
          {"longitude", device.longitude}};
}

json::object device_object(std::int64_t id) {
  json::object hours;
  for (const char* day : {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}) {
    hours[day] = json::array();
  }
  return {{"id", id},
          {"type", "VEHICLE"},
          {"serial_number", "SANDBOX-" + std::to_string(id)},
          {"first_name", "Sandbox"},
          {"last_name", std::to_string(id)},
          {"working_zones", json::array()},
          {"working_hours", std::move(hours)}};
}

}  // namespace

Reply Sandbox::answer(const Request& request) {
  if (request.path.starts_with("/sandbox/")) return control(request);
  if (request.path == options_.push_path) ++requests_;
  if (!authorized(request)) return failure(401, "La API key no es válida");
  if (request.path != options_.push_path) return read(request);
  if (request.method != "POST") return failure(404, "No existe esta URL");
  if (auto reply = take_fault()) return *std::move(reply);
  return push(request);
}

bool Sandbox::authorized(const Request& request) const {
  constexpr std::string_view kScheme = "Bearer ";
  if (!request.authorization.starts_with(kScheme)) return false;
  const std::string_view key = std::string_view(request.authorization).substr(kScheme.size());
  return options_.key.empty() ? !key.empty() : key == options_.key;
}

std::optional<Reply> Sandbox::take_fault() {
  if (fault_.mode == FaultMode::kNone) return {};
  fault_share_ += fault_.share;
  if (fault_share_ < 1) return {};
  fault_share_ -= 1;
  Reply reply = fault_reply(fault_);
  if (fault_.requests && --*fault_.requests <= 0) fault_ = {};
  return reply;
}

Reply Sandbox::push(const Request& request) {
  const std::string type = request.content_type.substr(0, request.content_type.find(';'));
  if (type != "application/json") return failure(415, "El Content-Type debe ser application/json");
  const auto body = parse_object(request.body);
  if (!body) return failure(400, "El cuerpo no es un JSON válido");
  const std::string fault = body_fault(*body);
  if (!fault.empty()) return failure(400, fault);
  const std::int64_t id = body->at("device_id").get_int64();
  if (!options_.device_list.empty() && !options_.device_list.contains(id)) {
    return failure(404, "No existe un device con este id");
  }
  ++accepted_;
  Device& device = devices_[id];
  ++device.count;
  const std::string timestamp(body->at("timestamp").get_string());
  if (timestamp < device.timestamp) ++device.out_of_order;
  if (!device.bodies.insert(std::hash<std::string>{}(request.body)).second) ++device.duplicates;
  device.timestamp = timestamp;
  device.latitude = body->at("latitude").to_number<double>();
  device.longitude = body->at("longitude").to_number<double>();
  return success(json::object());
}

std::set<std::int64_t> Sandbox::known_devices() const {
  std::set<std::int64_t> known = options_.device_list;
  for (const auto& [id, device] : devices_) known.insert(id);
  return known;
}

Reply Sandbox::read(const Request& request) const {
  constexpr std::string_view kDevices = "/v1/devices";
  constexpr std::string_view kLastPoint = "/v1/devices-lasttrackingpoint/";
  if (request.method == "GET" && request.path == kDevices) {
    json::array all;
    for (const std::int64_t id : known_devices()) all.push_back(device_object(id));
    return success(std::move(all));
  }
  if (request.method == "GET" && request.path.starts_with(std::string(kDevices) + "/")) {
    return read_device(request.path.substr(kDevices.size() + 1), false);
  }
  if (request.method == "GET" && request.path.starts_with(kLastPoint)) {
    return read_device(request.path.substr(kLastPoint.size()), true);
  }
  return failure(404, "No existe esta URL");
}

Reply Sandbox::read_device(const std::string& id_text, bool last) const {
  const auto id = parse_id(id_text);
  if (!id) return failure(400, "'device_id' debe ser un número entero");
  if (!known_devices().contains(*id)) return failure(404, "No existe un device con este id");
  if (!last) return success(device_object(*id));
  const auto device = devices_.find(*id);
  // What Persat answers of a device that never reported is not documented.
  if (device == devices_.end()) return success(nullptr);
  return success(last_point(*id, device->second));
}

Reply Sandbox::control(const Request& request) {
  Reply reply;
  if (request.method == "GET" && request.path == "/sandbox/summary") {
    reply.body = summary();
    return reply;
  }
  if (request.method == "POST" && request.path == "/sandbox/faults") return set_fault(request.body);
  if (request.method == "POST" && request.path == "/sandbox/reset") {
    fault_ = {};
    fault_share_ = 0;
    requests_ = accepted_ = 0;
    devices_.clear();
    return success(json::object());
  }
  return failure(404, "No existe esta URL");
}

Reply Sandbox::set_fault(const std::string& body) {
  const auto object = parse_object(body);
  if (!object) return failure(400, "El cuerpo no es un JSON válido");
  Fault fault;
  json::error_code error;
  const auto number = [&](const char* name, auto& to) {
    if (const json::value* value = object->if_contains(name); value != nullptr && !error) {
      to = value->to_number<std::remove_reference_t<decltype(to)>>(error);
    }
  };
  int requests = 0;
  number("status", fault.status);
  number("share", fault.share);
  number("seconds", fault.seconds);
  number("requests", requests);
  if (requests > 0) fault.requests = requests;
  const json::value* mode = object->if_contains("mode");
  const auto parsed =
      mode != nullptr && mode->is_string() ? parse_mode(std::string_view(mode->get_string())) : std::nullopt;
  const bool in_range = fault.status >= 100 && fault.status <= 599 && fault.share >= 0 && fault.share <= 1 &&
                        fault.seconds >= 0;
  if (error || !parsed || !in_range) return failure(400, "falla desconocida");
  fault.mode = *parsed;
  if (object->if_contains("status") == nullptr) fault.status = default_status(fault.mode);
  fault_ = fault;
  fault_share_ = 0;
  return success(json::object());
}

std::string Sandbox::summary() const {
  json::object devices;
  for (const auto& [id, device] : devices_) {
    devices[std::to_string(id)] = {{"count", device.count},
                                   {"last", last_point(id, device)},
                                   {"out_of_order", device.out_of_order},
                                   {"duplicates", device.duplicates}};
  }
  return json::serialize(
      json::object{{"requests", requests_}, {"accepted", accepted_}, {"devices", std::move(devices)}});
}

}  // namespace persat_sandbox
