// The API as a whole: every route of /v1 and /api/v1, and what answers them. Made once the database is
// known; the routes answer as long as it lives.
#pragma once

#include <prometheus/registry.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "forwarder/forwarder.h"
#include "gateway/api/api_keys.h"
#include "gateway/api/gate.h"
#include "gateway/api/health.h"
#include "gateway/api/router.h"
#include "gateway/config/config.h"
#include "gateway/consumers/persat_sync.h"
#include "gateway/devices/device_directory.h"
#include "gateway/devices/live_state.h"
#include "gateway/net/live_identities.h"
#include "gateway/work_orders/work_orders.h"
#include "pipeline/postgis/api_key_store.h"
#include "pipeline/postgis/audit_reader.h"
#include "pipeline/postgis/audit_writer.h"
#include "pipeline/postgis/client_store.h"
#include "pipeline/postgis/command_store.h"
#include "pipeline/postgis/media_reader.h"
#include "pipeline/postgis/persat_clients.h"
#include "pipeline/postgis/persat_devices.h"
#include "pipeline/postgis/persat_events.h"
#include "pipeline/postgis/persat_pulls.h"
#include "pipeline/postgis/track_reader.h"
#include "pipeline/postgis/webhook_store.h"
#include "pipeline/postgis/work_order_reader.h"

namespace rastro {

class OperatorApi {
 public:
  // All outlive it.
  struct Parts {
    const Config& config;
    const DeviceDirectory& directory;
    const LiveState& live;
    LiveIdentities& identities;
    ApiKeys& keys;
    prometheus::Registry& registry;
    std::function<bool()> commands_held_up;
    forward::Forwarder* forwarder = nullptr;  // null: forwarding is off
    PersatSync* persat = nullptr;             // null: Persat is not configured
  };

  OperatorApi(const Parts& parts, const std::string& database_url, Router& router);

  void set_pace(double requests_per_second) { gate_.set_pace(requests_per_second); }

 private:
  void add_routes(const Parts& parts, Router& router);

  Gate gate_;
  postgis::MediaReader media_;
  postgis::ClientStore clients_;
  postgis::TrackReader tracks_;
  postgis::WorkOrderReader work_order_days_;
  postgis::CommandStore commands_;
  postgis::ApiKeyStore key_store_;
  postgis::AuditReader audit_;
  postgis::WebhookStore webhooks_;
  postgis::AuditWriter notes_;
  std::unique_ptr<WorkOrders> work_orders_;
  postgis::PersatPulls persat_pulls_;
  postgis::PersatClients persat_clients_;
  postgis::PersatDevices persat_devices_;
  postgis::PersatEvents persat_events_;
};

}  // namespace rastro
