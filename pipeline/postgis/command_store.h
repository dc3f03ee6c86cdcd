// Commands to devices, as people see them: entered, listed, looked at. A connection of its own, opened when
// needed and again after it broke; blocking; one thread. Nothing throws.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/postgis/failure.h"
#include "pipeline/postgis/kept_connection.h"

namespace rastro::postgis {

enum class CommandState : std::uint8_t { kQueued, kSent, kAnswered, kExpired, kRefused };

std::string_view command_state_name(CommandState state);
std::optional<CommandState> find_command_state(std::string_view name);
// Nothing more will become of it (but that a late answer may still turn expired into answered).
bool is_final(CommandState state);

struct NewCommand {
  std::int64_t device_id = 0;
  std::string text;
  std::string kind = {};  // empty: free text
  bool check_identity = false;
  bool repeat = false;
  bool cuts_fuel = false;  // is written into the audit table too
  std::string created_by = {};
  std::int64_t ttl_s = 0;
};

struct CommandRow : NewCommand {
  std::int32_t id = 0;
  CommandState state = CommandState::kQueued;
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;
  std::optional<std::int64_t> sent_ms;
  std::optional<std::int64_t> answered_ms;
  std::optional<std::string> answer;
  std::optional<std::string> reason;
};

struct CommandQuestion {
  std::int64_t device_id = 0;
  std::optional<CommandState> state = {};
  std::optional<std::int32_t> before = {};  // only commands with a smaller id
  int limit = 100;
};

class CommandStore {
 public:
  explicit CommandStore(std::string url) : connection_(std::move(url)) {}

  // With its audit row, in one transaction. kData when there is no such device.
  Result<CommandRow> add(const NewCommand& command);
  // Nothing when the device has no command of that number.
  Result<std::optional<CommandRow>> find(std::int64_t device_id, std::int32_t id);
  // Newest first.
  Result<std::vector<CommandRow>> list(const CommandQuestion& question);

  // Nothing when there is no such device.
  Result<std::optional<std::int64_t>> find_device(const std::string& imei);
  // Of what the device sent last; empty when it has sent nothing.
  Result<std::string> protocol_of(std::int64_t device_id);

 private:
  KeptConnection connection_;
};

}  // namespace rastro::postgis
