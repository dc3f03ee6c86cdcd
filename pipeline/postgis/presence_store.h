// Notes which devices are there (rastro.device_presence); who has come or gone becomes an event for webhooks.
// One connection; blocking; one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "pipeline/postgis/kept_connection.h"
#include "schema/device_identity.h"

namespace rastro::postgis {

class PresenceStore {
 public:
  // `offline_after_s`: silence after which a device without a connection is offline.
  PresenceStore(std::string url, std::int64_t offline_after_s)
      : connection_(std::move(url)), offline_after_s_(offline_after_s) {}

  // `connected`: to this gateway; others note theirs. How many devices have come or gone; none, and nothing
  // is written, where nobody subscribes to anything.
  Result<std::int64_t> note(std::span<const DeviceIdentity> connected, std::int64_t now_ms);

 private:
  KeptConnection connection_;
  const std::int64_t offline_after_s_;
};

}  // namespace rastro::postgis
