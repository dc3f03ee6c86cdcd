// Subscriptions to Rastro's events over HTTP: /api/v1/webhooks and what became of their deliveries. Their
// secrets are shown when they are made and never again.
#pragma once

#include "gateway/api/router.h"
#include "pipeline/postgis/webhook_store.h"

namespace rastro {

// `allow_private`: whether they may go to addresses that are not public (webhooks.allow_private). The store
// must outlive the router.
void add_webhook_routes(Router& router, postgis::WebhookStore& store, bool allow_private);

}  // namespace rastro
