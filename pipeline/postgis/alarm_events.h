// Alarms of fixes as events for webhooks (schema/sql/0016_webhook.sql). On a connection of the caller's, in
// its transaction; one thread. Nothing throws.
#pragma once

#include <span>

#include "pipeline/postgis/batch.h"
#include "pipeline/postgis/connection.h"

namespace rastro::postgis {

// One event for each fix that has alarms, once for ever: its device, time and hash tell it. Costs nothing
// where there are none.
Result<void> note_alarms(Connection& connection, std::span<const FixRow> fixes);

}  // namespace rastro::postgis
