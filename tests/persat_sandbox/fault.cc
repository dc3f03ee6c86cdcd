#include "tests/persat_sandbox/fault.h"

#include <map>

namespace persat_sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxHuge = 64U << 20;

std::optional<FaultMode> parse_mode(std::string_view name) {
  static const std::map<std::string_view, FaultMode> kModes = {
      {"none", FaultMode::kNone},   {"status", FaultMode::kStatus},
      {"stall", FaultMode::kStall}, {"cut", FaultMode::kCut},
      {"html", FaultMode::kHtml},   {"success_false", FaultMode::kSuccessFalse},
      {"huge", FaultMode::kHuge},   {"retry_after", FaultMode::kRetryAfter},
      {"slow", FaultMode::kSlow}};
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
    case FaultMode::kSlow:
      reply = success(json::array());
      reply.delivery = Delivery::kSlow;
      reply.stall_s = fault.seconds;
      break;
    case FaultMode::kHuge:
      reply.status = 200;
      reply.body = R"({"success":true,"data":")" + std::string(fault.bytes, 'x') + "\"}";
      break;
  }
  return reply;
}

}  // namespace

void Faults::clear() {
  fault_ = {};
  share_ = 0;
}

std::optional<Reply> Faults::take(const Request& request) {
  if (fault_.mode == FaultMode::kNone) return {};
  const bool falls = fault_.path.empty() ? request.path == push_path_ : request.path.starts_with(fault_.path);
  if (!falls) return {};
  share_ += fault_.share;
  if (share_ < 1) return {};
  share_ -= 1;
  Reply reply = fault_reply(fault_);
  if (fault_.requests && --*fault_.requests <= 0) fault_ = {};
  return reply;
}

Reply Faults::set(const std::string& body) {
  const auto object = parse_object(body);
  if (!object) return failure(400, "El cuerpo no es un JSON válido");
  Fault fault;
  json::error_code error;
  const auto number = [&](const char* name, auto& to) {
    if (const json::value* value = object->if_contains(name); value != nullptr && !error) {
      to = value->to_number<std::remove_reference_t<decltype(to)>>(error);
    }
  };
  const auto text = [&](const char* name) {
    const json::value* value = object->if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  int requests = 0;
  number("status", fault.status);
  number("share", fault.share);
  number("seconds", fault.seconds);
  number("bytes", fault.bytes);
  number("requests", requests);
  if (requests > 0) fault.requests = requests;
  fault.path = text("path");
  const auto parsed = parse_mode(text("mode"));
  const bool in_range = fault.status >= 100 && fault.status <= 599 && fault.share >= 0 && fault.share <= 1 &&
                        fault.seconds >= 0 && fault.bytes <= kMaxHuge;
  if (error || !parsed || !in_range) return failure(400, "falla desconocida");
  fault.mode = *parsed;
  if (object->if_contains("status") == nullptr) fault.status = default_status(fault.mode);
  fault_ = fault;
  share_ = 0;
  return success(json::object());
}

}  // namespace persat_sandbox
