#include "gateway/api/operator_api.h"

#include <prometheus/counter.h>

#include "gateway/api/administration.h"
#include "gateway/api/clients.h"
#include "gateway/api/commands.h"
#include "gateway/api/devices.h"
#include "gateway/api/forwarding.h"
#include "gateway/api/maps.h"
#include "gateway/api/media.h"
#include "gateway/api/openapi.h"
#include "gateway/api/persat.h"
#include "gateway/api/persat_hook.h"
#include "gateway/api/persat_tracking.h"
#include "gateway/api/tracking.h"
#include "gateway/api/webhooks.h"
#include "gateway/api/work_orders.h"
#include "gateway/log.h"
#include "gateway/metrics/work_order_metrics.h"
#include "gateway/work_orders/make_work_orders.h"

namespace rastro {
namespace {

// Counts acts, and has a line for those that were not done: what was refused, and where.
std::function<void(std::string_view act, int status)> watch_acts(prometheus::Registry& registry) {
  return [count = count_work_order_acts(registry),
          limit = std::make_shared<LogLimit>(std::chrono::seconds(1))](std::string_view act, int status) {
    count(act, status);
    std::uint64_t held_back = 0;
    if (status >= 400 && limit->pass(held_back))
      spdlog::info("work order {} was answered with {} ({} more not shown)", act, status, held_back);
  };
}

RelayedWorkOrders::OnError watch_persat(prometheus::Registry& registry) {
  auto& errors = prometheus::BuildCounter()
                     .Name("rastro_work_order_relay_failures_total")
                     .Help("Questions and acts about work orders that Persat did not answer well, by kind.")
                     .Register(registry);
  return [&errors, limit = std::make_shared<LogLimit>(std::chrono::seconds(10))](std::string_view call,
                                                                                 const persat::Error& error) {
    errors.Add({{"kind", std::string(persat::error_kind_name(error.kind))}}).Increment();
    std::uint64_t held_back = 0;
    if (limit->pass(held_back)) spdlog::warn("Persat: {}", persat::error_text(call, error));
  };
}

}  // namespace

OperatorApi::OperatorApi(const Parts& parts, const std::string& database_url, Router& router)
    : gate_([&keys = parts.keys](std::string_view key) { return keys.find(key); },
            {.requests_per_second = static_cast<double>(parts.config.http_requests_per_second)}),
      media_(database_url),
      clients_(database_url),
      tracks_(database_url),
      work_order_days_(database_url, parts.config.cancelled_state),
      commands_(database_url),
      key_store_(database_url),
      audit_(database_url),
      webhooks_(database_url),
      notes_(database_url),
      work_orders_(make_work_orders(parts.config, database_url, watch_persat(parts.registry))),
      persat_pulls_(database_url),
      persat_clients_(database_url),
      persat_devices_(database_url),
      persat_events_(database_url) {
  router.guard_with(
      [this](HttpRequest& request, const Permission& needed) { return gate_.refusal(request, needed); });
  add_routes(parts, router);
}

void OperatorApi::add_routes(const Parts& parts, Router& router) {
  const std::string& zone = parts.config.timezone;
  add_device_routes(router, parts.directory, parts.live);
  add_media_routes(router, parts.directory, media_);
  add_client_routes(router, clients_);
  add_persat_tracking_routes(router, parts.directory, tracks_, zone);
  add_tracking_routes(router, parts.directory, tracks_, zone);
  add_map_routes(router, parts.directory, parts.live, tracks_, zone);
  add_work_order_routes(router, *work_orders_, {.on_act = watch_acts(parts.registry)});
  add_work_order_day_routes(router, work_order_days_, tracks_, zone);
  add_command_routes(router, parts.directory, parts.identities, commands_, parts.commands_held_up);
  add_administration_routes(router, key_store_, audit_);
  add_webhook_routes(router, webhooks_, parts.config.webhooks.allow_private);
  add_forwarding_routes(router, parts.forwarder, std::bind_front(&postgis::AuditWriter::write, &notes_));
  PersatSync* const persat = parts.persat;
  // Without an account nothing would be done for an event: it is not taken in.
  const std::string token = persat == nullptr ? std::string() : parts.config.persat.webhook_token;
  if (token != parts.config.persat.webhook_token)
    spdlog::warn("persat.webhook_token without persat.api_key: the webhook answers 404");
  add_persat_routes(router,
                    {persat_pulls_, persat_clients_, persat_devices_,
                     persat == nullptr ? std::function<void()>() : [persat] { persat->ask_for_pull(); },
                     parts.config.persat.device_table, !token.empty()});
  add_persat_hook_route(router, token, persat_events_, parts.registry, [persat] { persat->event_came(); });
  router.add_open("GET", "/api/v1/openapi.json", [](const HttpRequest&, const PathArguments&) {
    return HttpResponse{.body = std::string(openapi_document())};
  });
}

}  // namespace rastro
