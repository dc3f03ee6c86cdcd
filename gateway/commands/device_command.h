// `rastro device command` and `rastro device commands`: commands to devices from the shell. They work on the
// database; a running gateway hears of it and sends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/commands/admin.h"
#include "gateway/devices/command_request.h"

namespace rastro {

// "90s", "15m", "1h", "7d", or a number of seconds; nothing when it is no such time.
std::optional<std::int64_t> parse_duration_s(std::string_view text);

// With `wait_s` > 0 waits for what becomes of it. Exit codes: 0 queued, or answered where that was waited
// for; 1 no such device, refused, expired, not answered in time, no database; 2 wrong usage.
int run_device_command(const Config& config, const std::string& imei, const CommandRequest& request,
                       std::int64_t wait_s, const AdminOutput& to);
// `state` may be empty: all.
int run_device_commands(const Config& config, const std::string& imei, const std::string& state, int limit,
                        const AdminOutput& to);

}  // namespace rastro
