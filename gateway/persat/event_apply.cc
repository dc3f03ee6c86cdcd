#include "gateway/persat/event_apply.h"

#include "forwarder/persat/webhook_event.h"
#include "gateway/work_orders/followed_work_order.h"

namespace rastro {
namespace {

namespace json = boost::json;

EventOutcome failed(std::string reason) { return {postgis::EventEnd::kFailed, std::move(reason)}; }

EventOutcome applied_or(const std::optional<PullTrouble>& trouble) {
  if (!trouble) return {postgis::EventEnd::kApplied};
  if (!trouble->passes) return failed(trouble->sentence);
  return {{}, trouble->sentence};
}

// Empty where there is none.
std::string uid_of(const json::object& payload) {
  const json::value* uid = payload.if_contains("uid_client");
  if (uid == nullptr) return {};
  if (uid->is_int64()) return std::to_string(uid->get_int64());
  return uid->is_string() ? std::string(uid->get_string()) : std::string();
}

}  // namespace

EventOutcome EventApply::apply(const postgis::PersatEvent& event) {
  const auto decoded = persat::decode_webhook_event(event.body);
  if (!decoded) return failed(persat::error_text("webhook", decoded.error()));
  if (event.type.starts_with("client.")) return apply_client(decoded->payload);
  if (event.type.starts_with("workorder.")) return apply_work_order(decoded->payload);
  if (event.type.starts_with("device.")) return applied_or(catalogue_.pull_devices());
  return {postgis::EventEnd::kUnknown, "nothing is done for this type"};
}

EventOutcome EventApply::apply_client(const json::object& payload) {
  const std::string uid = uid_of(payload);
  if (uid.empty()) return failed("the payload has no uid_client");
  return applied_or(catalogue_.follow_client(uid));
}

EventOutcome EventApply::apply_work_order(const json::object& payload) {
  const auto followed = follow_work_order(payload);
  if (!followed) return failed(persat::error_text("work order", followed.error()));
  if (!*followed) return failed("a repetition that has not happened yet, without its rule");
  const auto done = work_orders_.follow({&(*followed)->order, 1});
  if (done) return {postgis::EventEnd::kApplied};
  return done.error().kind == postgis::FailureKind::kData ? failed(done.error().sentence)
                                                          : EventOutcome{{}, done.error().sentence};
}

}  // namespace rastro
