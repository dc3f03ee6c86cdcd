#include "gateway/api/forwarding.h"

#include <boost/json.hpp>

#include "gateway/api/request.h"
#include "schema/json.h"

namespace rastro {
namespace {

using forward::Forwarder;

constexpr Permission kRead = {Role::kViewer, Scope::kForwarding};
constexpr Permission kAct = {Role::kOperator, Scope::kForwarding};
// persat-api.md 1.3, and what an answer of this size costs.
constexpr std::int64_t kDefaultLimit = 100;
constexpr std::int64_t kMaxLimit = 1000;
// Of those of a reason that are sent again at once: one line of the audit, and a queue in memory.
constexpr std::size_t kMaxResends = 10000;

HttpResponse is_off() {
  return failure(ApiError::kConflict, "El reenvío de posiciones no está activado", "forwarding_off");
}
HttpResponse not_parked() {
  return failure(ApiError::kNotFound, "No existe una posición apartada con este id");
}

// Why a parked position cannot be sent again now.
HttpResponse hindered(forward::Resend why) {
  switch (why) {
    case forward::Resend::kUnreadable:
      return failure(ApiError::kConflict, "La posición apartada no se puede leer", "not_readable");
    case forward::Resend::kNotLoaded:
      return failure(ApiError::kConflict, "Los dispositivos aún no están cargados", "devices_not_loaded");
    case forward::Resend::kDeviceNotActive:
      return failure(ApiError::kConflict, "El dispositivo no está activo", "device_not_active");
    case forward::Resend::kDeviceAmbiguous:
      return failure(ApiError::kConflict, "Hay dos dispositivos con este número de serie",
                     "device_ambiguous");
    case forward::Resend::kDeviceWithoutPersatId:
      return failure(ApiError::kConflict, "El dispositivo no tiene id de Persat", "device_without_persat_id");
    case forward::Resend::kQueued:
    case forward::Resend::kNotParked:
      break;
  }
  return not_parked();
}

void append_member(std::string_view name, std::uint64_t value, std::string& out) {
  if (out.back() != '{') out += ',';
  out.append("\"").append(name).append("\":").append(std::to_string(value));
}

template <typename Reason, std::size_t Count>
void append_reasons(std::string_view name, const std::array<std::uint64_t, Count>& counts,
                    std::string_view (*name_of)(Reason), std::string& out) {
  out.append(",\"").append(name).append("\":{");
  for (std::size_t i = 0; i < Count; ++i) append_member(name_of(static_cast<Reason>(i)), counts[i], out);
  out += '}';
}

std::string_view breaker_name(forward::Breaker breaker) {
  switch (breaker) {
    case forward::Breaker::kOpen:
      return "open";
    case forward::Breaker::kHalfOpen:
      return "half_open";
    case forward::Breaker::kClosed:
      break;
  }
  return "closed";
}

HttpResponse state(const Forwarder* forwarder) {
  if (forwarder == nullptr) return success(R"({"enabled":false})");
  const forward::Progress progress = forwarder->progress();
  std::string data = R"({"enabled":true,"breaker":")";
  data.append(breaker_name(progress.breaker)).append("\",\"paused\":");
  data.append(progress.paused ? "true" : "false").append(",\"trouble\":");
  progress.trouble.empty() ? void(data += "null") : append_json_string(progress.trouble, data);
  data += ",\"last_success\":";
  if (progress.last_success_ms == 0) {
    data += "null";
  } else {
    data += '"';
    append_iso8601(progress.last_success_ms, data);
    data += '"';
  }
  append_member("read", progress.read, data);
  append_member("sent", progress.delivered, data);
  append_member("open", progress.waiting + progress.under_way, data);
  append_member("parked_now", progress.parked_now, data);
  append_member("resent", progress.resent, data);
  append_member("deleted", progress.deleted, data);
  append_member("retried", progress.retried, data);
  append_member("unread_and_open", progress.pending, data);
  append_member("lag_bytes", progress.lag_bytes, data);
  append_reasons("parked", progress.parked, &forward::park_reason_name, data);
  append_reasons("skipped", progress.skipped, &forward::skip_name, data);
  return success(data + "}");
}

struct Page {
  std::int64_t offset = 0;
  std::int64_t limit = kDefaultLimit;
};

// The name of the parameter that cannot be; empty: all can.
std::string_view read_page(const Query& query, Page& page) {
  if (const std::string* text = query.find("offset")) {
    const auto offset = parse_number<std::int64_t>(*text);
    if (!offset || *offset < 0) return "offset";
    page.offset = *offset;
  }
  if (const std::string* text = query.find("limit")) {
    const auto limit = parse_number<std::int64_t>(*text);
    if (!limit || *limit < 1 || *limit > kMaxLimit) return "limit";
    page.limit = *limit;
  }
  return {};
}

HttpResponse devices(const Forwarder& forwarder, const HttpRequest& request) {
  const Query query(request.query);
  if (const auto unknown = query.first_unknown({"offset", "limit"}); !unknown.empty())
    return bad_value(unknown);
  Page page;
  if (const auto wrong = read_page(query, page); !wrong.empty()) return bad_value(wrong);
  std::size_t total = 0;
  const auto lines = forwarder.ledger().page(static_cast<std::size_t>(page.offset),
                                             static_cast<std::size_t>(page.limit), total);
  std::string data = "[";
  for (const auto& line : lines) {
    if (data.size() > 1) data += ',';
    data += "{\"imei\":";
    append_json_string(line.device.view(), data);
    append_member("pending", line.counts.pending(), data);
    append_member("sent", line.counts.sent, data);
    append_member("parked", line.counts.parked, data);
    append_member("passed_over", line.counts.passed_over, data);
    data += '}';
  }
  const auto count = static_cast<std::int64_t>(total);
  return success(data + "]", {page.offset, static_cast<std::int64_t>(lines.size()), count, count});
}

bool is_reason(std::string_view text) {
  for (std::size_t i = 0; i < forward::kParkReasonCount; ++i) {
    if (text == forward::park_reason_name(static_cast<forward::ParkReason>(i))) return true;
  }
  return false;
}

HttpResponse parked(const Forwarder& forwarder, const HttpRequest& request) {
  const Query query(request.query);
  if (const auto unknown = query.first_unknown({"offset", "limit", "reason"}); !unknown.empty())
    return bad_value(unknown);
  Page page;
  if (const auto wrong = read_page(query, page); !wrong.empty()) return bad_value(wrong);
  const std::string* const reason = query.find("reason");
  if (reason != nullptr && !is_reason(*reason)) return bad_value("reason");
  std::size_t matching = 0;
  const auto ids =
      forwarder.parking().find(static_cast<std::size_t>(page.offset), static_cast<std::size_t>(page.limit),
                               reason == nullptr ? "" : *reason, matching);
  std::string data = "[";
  std::int64_t given = 0;
  for (const forward::FixId& id : ids) {
    const auto line = forwarder.parking().line(id);
    if (!line) continue;  // deleted meanwhile
    if (data.size() > 1) data += ',';
    data += *line;  // a JSON object
    ++given;
  }
  return success(data + "]", {page.offset, given, static_cast<std::int64_t>(matching),
                              static_cast<std::int64_t>(forwarder.parking().size())});
}

std::string id_detail(std::string_view id) {
  std::string detail = "{\"parked_id\":";
  append_json_string(id, detail);
  return detail + "}";
}

HttpResponse act_on_one(const HttpRequest& request, std::string_view text,
                        const forward::ParkingFile& parking, const NoteAct& note, const std::string& action,
                        const std::function<bool(const forward::FixId&)>& act) {
  const auto id = forward::parse_id(text);
  if (!id || !parking.contains(*id)) return not_parked();
  const std::string detail = id_detail(forward::id_text(*id));
  if (const auto noted = note(request.actor, action, detail); !noted) return database_failure(noted.error());
  if (!act(*id)) return not_parked();
  return success(detail);
}

HttpResponse resend_all(Forwarder& forwarder, const HttpRequest& request, const NoteAct& note) {
  const Query query(request.query);
  if (const auto unknown = query.first_unknown({"reason"}); !unknown.empty()) return bad_value(unknown);
  const std::string* const reason = query.find("reason");
  if (reason == nullptr || !is_reason(*reason)) return bad_value("reason");
  std::size_t matching = 0;
  const auto ids = forwarder.parking().find(0, kMaxResends, *reason, matching);
  const std::string detail = "{\"reason\":\"" + *reason + "\",\"count\":" + std::to_string(ids.size()) + "}";
  if (const auto noted = note(request.actor, "forwarding-resend", detail); !noted)
    return database_failure(noted.error());
  std::size_t queued = 0;
  for (const forward::FixId& id : ids) queued += forwarder.resend(id) == forward::Resend::kQueued ? 1U : 0U;
  std::string data = "{";
  append_member("queued", queued, data);
  append_member("hindered", ids.size() - queued, data);
  append_member("left", matching - ids.size(), data);
  return success(data + "}");
}

}  // namespace

void add_forwarding_routes(Router& router, Forwarder* sender, NoteAct note) {
  const auto when_on = [sender](auto handler) {
    return [sender, handler](const HttpRequest& request, const PathArguments& arguments) {
      return sender == nullptr ? is_off() : handler(*sender, request, arguments);
    };
  };
  router.add("GET", "/api/v1/forwarding", kRead,
             [sender](const HttpRequest&, const PathArguments&) { return state(sender); });
  router.add("GET", "/api/v1/forwarding/devices", kRead,
             when_on([](Forwarder& forwarder, const HttpRequest& request, const PathArguments&) {
               return devices(forwarder, request);
             }));
  router.add("GET", "/api/v1/forwarding/parked", kRead,
             when_on([](Forwarder& forwarder, const HttpRequest& request, const PathArguments&) {
               return parked(forwarder, request);
             }));
  router.add("POST", "/api/v1/forwarding/parked/resend", kAct,
             when_on([note](Forwarder& forwarder, const HttpRequest& request, const PathArguments&) {
               return resend_all(forwarder, request, note);
             }));
  router.add(
      "POST", "/api/v1/forwarding/parked/{parked_id}/resend", kAct,
      when_on([note](Forwarder& forwarder, const HttpRequest& request, const PathArguments& arguments) {
        const auto id = forward::parse_id(arguments[0]);
        if (!id) return not_parked();
        const forward::Resend may = forwarder.may_resend(*id);
        if (may != forward::Resend::kQueued) return hindered(may);
        return act_on_one(
            request, arguments[0], forwarder.parking(), note, "forwarding-resend",
            [&](const forward::FixId& one) { return forwarder.resend(one) == forward::Resend::kQueued; });
      }));
  router.add(
      "DELETE", "/api/v1/forwarding/parked/{parked_id}", kAct,
      when_on([note](Forwarder& forwarder, const HttpRequest& request, const PathArguments& arguments) {
        return act_on_one(request, arguments[0], forwarder.parking(), note, "forwarding-delete",
                          [&](const forward::FixId& id) { return forwarder.delete_parked(id); });
      }));
}

}  // namespace rastro
