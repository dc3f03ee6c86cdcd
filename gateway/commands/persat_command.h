// `rastro persat …`: how Rastro stands with Persat's catalogue, from the shell. They work on the database
// beside a running gateway, which follows; one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/commands/admin.h"

namespace rastro {

// Exit codes as in admin.h.
int run_persat_status(const Config& config, const AdminOutput& to);
// Reads devices and clients whole, here and now.
int run_persat_sync(const Config& config, const AdminOutput& to);

// Which tracker is which device.
int run_persat_devices(const Config& config, const AdminOutput& to);
// By hand; `persat_device_id`: an id, or "none", which no serial number changes either.
int run_persat_match(const Config& config, const std::string& imei, const std::string& persat_device_id,
                     const AdminOutput& to);
// Back to the table and the serial number.
int run_persat_unmatch(const Config& config, const std::string& imei, const AdminOutput& to);

// Those that have no usable position; so many at most.
int run_persat_clients(const Config& config, int limit, const AdminOutput& to);
// `kind`: conflict, local, removed, gone, or empty for all.
int run_persat_conflicts(const Config& config, const std::string& kind, int limit, const AdminOutput& to);
// `take`: "persat" or "local".
int run_persat_resolve(const Config& config, const std::string& uid_client, const std::string& take,
                       const AdminOutput& to);
// `state`: waiting, applied, unknown, failed, or empty for all; the newest first.
int run_persat_events(const Config& config, const std::string& state, int limit, const AdminOutput& to);

}  // namespace rastro
