#include "tests/persat_sandbox/sandbox.h"

#include <boost/json.hpp>
#include <functional>
#include <string_view>

namespace persat_sandbox {
namespace {

namespace json = boost::json;

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

json::object point_of(std::int64_t id, const Received& device) {
  return {{"device_id", id},
          {"timestamp", device.timestamp},
          {"latitude", device.latitude},
          {"longitude", device.longitude}};
}

// "GET /v1/clients" of "/v1/clients/CL-7".
std::string call_name(const Request& request) {
  return request.method + " " + request.path.substr(0, request.path.find('/', std::string("/v1/").size()));
}

}  // namespace

Sandbox::Sandbox(Options options)
    : options_(std::move(options)),
      any_device_(options_.device_list.empty() && options_.sizes.devices == 0),
      clients_(options_.sizes),
      fleet_(options_.sizes, clients_),
      work_orders_(options_.sizes, clients_),
      deliveries_(options_.sizes, clients_),
      faults_(options_.push_path) {
  for (const std::int64_t id : options_.device_list) fleet_.add(id);
}

Reply Sandbox::answer(const Request& request) {
  if (request.path.starts_with("/sandbox")) return control(request);
  const bool pushes = request.path == options_.push_path;
  if (pushes) {
    ++requests_;
  } else {
    ++calls_[call_name(request)];
  }
  if (!authorized(request)) return failure(401, "La API key no es válida");
  if (auto reply = faults_.take(request)) return *std::move(reply);
  if (!pushes) return read(request);
  if (request.method != "POST") return failure(404, "No existe esta URL");
  return push(request);
}

bool Sandbox::authorized(const Request& request) const {
  constexpr std::string_view kScheme = "Bearer ";
  if (!request.authorization.starts_with(kScheme)) return false;
  const std::string_view key = std::string_view(request.authorization).substr(kScheme.size());
  return options_.key.empty() ? !key.empty() : key == options_.key;
}

Reply Sandbox::push(const Request& request) {
  const std::string type = request.content_type.substr(0, request.content_type.find(';'));
  if (type != "application/json") return failure(415, "El Content-Type debe ser application/json");
  json::error_code error;
  const json::value body = json::parse(request.body, error);
  if (error || !(body.is_object() || body.is_array())) return failure(400, "El cuerpo no es un JSON válido");
  const json::array positions = body.is_array() ? body.get_array() : json::array{body};
  for (const json::value& position : positions) {
    if (!position.is_object()) return failure(400, "Cada posición debe ser un objeto");
    if (const std::string fault = body_fault(position.get_object()); !fault.empty())
      return failure(400, fault);
    if (const std::int64_t id = position.at("device_id").get_int64(); !any_device_ && !fleet_.contains(id))
      return failure(404, "No existe un device con este id");
  }
  for (const json::value& position : positions) receive(position.get_object());
  return success(json::object());
}

void Sandbox::receive(const json::object& position) {
  const std::int64_t id = position.at("device_id").get_int64();
  fleet_.add(id);
  ++accepted_;
  Received& device = devices_[id];
  ++device.count;
  const std::string timestamp(position.at("timestamp").get_string());
  if (timestamp < device.timestamp) ++device.out_of_order;
  if (!device.bodies.insert(std::hash<std::string>{}(json::serialize(position))).second) ++device.duplicates;
  device.timestamp = timestamp;
  device.latitude = position.at("latitude").to_number<double>();
  device.longitude = position.at("longitude").to_number<double>();
}

Reply Sandbox::read(const Request& request) {
  const bool has_body = request.method == "POST" || request.method == "PUT";
  if (has_body && request.content_type.substr(0, request.content_type.find(';')) != "application/json") {
    return failure(415, "El Content-Type debe ser application/json");
  }
  if (request.method == "GET") {
    if (const auto id = last_segment(request, "/v1/devices-lasttrackingpoint/")) return last_point(*id);
  }
  if (auto reply = fleet_.answer(request)) return *std::move(reply);
  if (auto reply = clients_.answer(request)) return *std::move(reply);
  if (auto reply = work_orders_.answer(request)) return *std::move(reply);
  if (auto reply = deliveries_.answer(request)) return *std::move(reply);
  return failure(404, "No existe esta URL");
}

Reply Sandbox::last_point(const std::string& id_text) const {
  const auto id = parse_id(id_text);
  if (!id) return failure(400, "'device_id' debe ser un número entero");
  if (!fleet_.contains(*id)) return failure(404, "No existe un device con este id");
  const auto device = devices_.find(*id);
  if (device != devices_.end()) return success(point_of(*id, device->second));
  // What Persat answers of a device that never reported is not documented.
  if (options_.device_list.contains(*id)) return success(nullptr);
  return success(fleet_.parked(*id));
}

Reply Sandbox::control(const Request& request) {
  Reply reply;
  if (request.method == "GET" && request.path == "/sandbox/summary") {
    reply.body = summary();
    return reply;
  }
  if (request.method == "GET" && request.path == "/sandbox") {
    reply.content_type = "text/html; charset=utf-8";
    reply.body = page();
    return reply;
  }
  if (request.method == "POST" && request.path == "/sandbox/faults") return faults_.set(request.body);
  if (request.method == "POST" && request.path == "/sandbox/work-orders") return work_orders_.put(request);
  if (request.method == "POST" && request.path == "/sandbox/reset") {
    reset();
    return success(json::object());
  }
  if (request.method == "POST") return change(request);
  return failure(404, "No existe esta URL");
}

Reply Sandbox::change(const Request& request) {
  const auto changes = parse_object(request.body);
  if (!changes) return failure(400, "El cuerpo no es un JSON válido");
  if (const auto id = last_segment(request, "/sandbox/devices/")) return fleet_.put(*id, *changes);
  Event event;
  Reply reply = failure(404, "No existe esta URL");
  constexpr std::string_view kClose = "/close";
  if (const auto uid = last_segment(request, "/sandbox/clients/")) {
    reply = clients_.put(*uid, *changes, event);
  } else if (request.path.ends_with(kClose)) {
    Request of_order = request;
    of_order.path.resize(of_order.path.size() - kClose.size());
    if (const auto id = last_segment(of_order, "/sandbox/work-orders/"))
      reply = work_orders_.close(*id, event);
  }
  if (reply.status == 200) {
    events_.push_back(
        json::serialize(json::object{{"eventType", event.type}, {"payload", std::move(event.payload)}}));
  }
  return reply;
}

// What has arrived is forgotten; what was changed through the API stays changed.
void Sandbox::reset() {
  faults_.clear();
  requests_ = accepted_ = 0;
  calls_.clear();
  devices_.clear();
  webhooks_taken_ = webhooks_failed_ = 0;
}

std::string Sandbox::summary() const {
  json::object devices;
  for (const auto& [id, device] : devices_) {
    devices[std::to_string(id)] = {{"count", device.count},
                                   {"last", point_of(id, device)},
                                   {"out_of_order", device.out_of_order},
                                   {"duplicates", device.duplicates}};
  }
  json::object calls;
  for (const auto& [name, count] : calls_) calls[name] = count;
  return json::serialize(
      json::object{{"requests", requests_},
                   {"accepted", accepted_},
                   {"devices", std::move(devices)},
                   {"calls", std::move(calls)},
                   {"clients", clients_.size()},
                   {"webhooks", {{"taken", webhooks_taken_}, {"failed", webhooks_failed_}}},
                   {"work_orders",
                    {{"count", work_orders_.size()},
                     {"inserted", work_orders_.inserted()},
                     {"cancelled", work_orders_.cancelled()}}}});
}

// For people: /sandbox/summary once a second, as a table. The texts are set as text, never as HTML.
std::string Sandbox::page() const {
  return R"(<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>persat_sandbox</title>
<style>body{font:15px sans-serif;margin:2em}td,th{padding:.2em 1em;text-align:left}</style>
<h1>What arrived</h1><p id="sum"></p><table><thead><tr><th>Device<th>Positions<th>Last<th>Latitude<th>Longitude
<th>Out of order<th>Twice</thead><tbody id="rows"></tbody></table><h2>Calls</h2><pre id="calls"></pre>
<h2>Change a client</h2><p>as at Persat's own pages: the webhook is told. <form id="change">number <input name="uid" value="CL-1">
members <input name="members" size="60" value='{"latitude": -34.6, "longitude": -58.4}'> <button>Change</button> <output
name="said"></output></form>
<script>
document.getElementById('change').onsubmit = async (event) => {
  event.preventDefault();
  const form = event.target;
  const answer = await fetch('/sandbox/clients/' + encodeURIComponent(form.uid.value),
                             {method: 'POST', body: form.members.value});
  form.said.textContent = await answer.text();
};
const cell = (row, text) => row.insertCell().textContent = text;
async function show() {
  const s = await (await fetch('/sandbox/summary')).json();
  document.getElementById('sum').textContent = `${s.accepted} of ${s.requests} positions were taken; ` +
      `${s.clients} clients, ${s.work_orders.count} work orders; ` +
      `${s.webhooks.taken} webhooks were taken, ${s.webhooks.failed} were not`;
  const rows = document.getElementById('rows');
  rows.textContent = '';
  for (const [id, d] of Object.entries(s.devices)) {
    const row = rows.insertRow();
    for (const text of [id, d.count, d.last.timestamp, d.last.latitude, d.last.longitude, d.out_of_order,
                        d.duplicates]) cell(row, text);
  }
  document.getElementById('calls').textContent =
      Object.entries(s.calls).map(([name, count]) => `${count}  ${name}`).join('
');
}
show();
setInterval(show, 1000);
</script></html>)";
}

}  // namespace persat_sandbox
