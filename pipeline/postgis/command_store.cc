#include "pipeline/postgis/command_store.h"

#include <array>

namespace rastro::postgis {
namespace {

constexpr std::array<std::string_view, 5> kStateNames = {"queued", "sent", "answered", "expired", "refused"};

#define RASTRO_MS(column) "(extract(epoch FROM " column ") * 1000)::bigint"
#define RASTRO_COMMAND_COLUMNS \
  "id, device_id, text, coalesce(kind, ''), check_identity, repeat, cuts_fuel, created_by, state, " \
  "" RASTRO_MS("created_at") ", " RASTRO_MS("expires_at") ", " RASTRO_MS("sent_at") ", "            \
  "" RASTRO_MS("answered_at") ", answer, reason"

// One statement, and so one transaction.
constexpr const char* kAdd =
    "WITH made AS ("
    "  INSERT INTO rastro.command (device_id, text, kind, check_identity, repeat, cuts_fuel, created_by, "
    "    expires_at) "
    "  VALUES ($1, $2, nullif($3, ''), $4, $5, $6, $7, now() + $8::bigint * interval '1 second') RETURNING *"
    "), noted AS ("
    "  INSERT INTO rastro.audit (actor, action, device_id, detail) "
    "  SELECT created_by, 'fuel-cut', device_id, jsonb_build_object('command', id, 'text', text, 'kind', "
    "kind) "
    "  FROM made WHERE cuts_fuel"
    ") SELECT " RASTRO_COMMAND_COLUMNS " FROM made";
constexpr const char* kFind =
    "SELECT " RASTRO_COMMAND_COLUMNS " FROM rastro.command WHERE device_id = $1 AND id = $2";
constexpr const char* kList = "SELECT " RASTRO_COMMAND_COLUMNS
                              " FROM rastro.command "
                              "WHERE device_id = $1 AND ($2 = '' OR state = $2) AND id < $3::bigint "
                              "ORDER BY id DESC LIMIT $4::bigint";
constexpr const char* kFindDevice = "SELECT id FROM rastro.device WHERE imei = $1";
constexpr const char* kProtocolOf =
    "SELECT p.name FROM ("
    "  (SELECT protocol, received_at FROM rastro.fix WHERE device_id = $1 ORDER BY fix_time DESC LIMIT 1) "
    "  UNION ALL "
    "  (SELECT protocol, received_at FROM rastro.message WHERE device_id = $1 ORDER BY received_at DESC "
    "LIMIT 1)"
    ") AS last JOIN rastro.protocol AS p ON p.id = last.protocol ORDER BY last.received_at DESC LIMIT 1";

// Beyond every number of a command: the whole list.
constexpr std::int64_t kBeforeAll = 1LL << 31;

std::string text_of(bool value) { return value ? "true" : "false"; }

template <typename T>
std::optional<T> unless_null(const Rows& rows, int row, int column, T value) {
  return rows.is_null(row, column) ? std::nullopt : std::optional<T>(std::move(value));
}

CommandRow get_command(const Rows& rows, int row) {
  CommandRow command;
  command.id = static_cast<std::int32_t>(rows.integer(row, 0));
  command.device_id = rows.integer(row, 1);
  command.text = rows.text(row, 2);
  command.kind = rows.text(row, 3);
  command.check_identity = rows.text(row, 4) == "t";
  command.repeat = rows.text(row, 5) == "t";
  command.cuts_fuel = rows.text(row, 6) == "t";
  command.created_by = rows.text(row, 7);
  command.state = find_command_state(rows.text(row, 8)).value_or(CommandState::kExpired);
  command.created_ms = rows.integer(row, 9);
  command.expires_ms = rows.integer(row, 10);
  command.sent_ms = unless_null(rows, row, 11, rows.integer(row, 11));
  command.answered_ms = unless_null(rows, row, 12, rows.integer(row, 12));
  command.answer = unless_null(rows, row, 13, std::string(rows.text(row, 13)));
  command.reason = unless_null(rows, row, 14, std::string(rows.text(row, 14)));
  command.ttl_s = (command.expires_ms - command.created_ms) / 1000;
  return command;
}

}  // namespace

std::string_view command_state_name(CommandState state) {
  return kStateNames[static_cast<std::size_t>(state)];
}

std::optional<CommandState> find_command_state(std::string_view name) {
  for (std::size_t i = 0; i < kStateNames.size(); ++i) {
    if (kStateNames[i] == name) return static_cast<CommandState>(i);
  }
  return std::nullopt;
}

bool is_final(CommandState state) { return state != CommandState::kQueued && state != CommandState::kSent; }

Result<CommandRow> CommandStore::add(const NewCommand& command) {
  const auto rows = connection_.query(
      kAdd, {std::to_string(command.device_id), command.text, command.kind, text_of(command.check_identity),
             text_of(command.repeat), text_of(command.cuts_fuel), command.created_by,
             std::to_string(command.ttl_s)});
  if (!rows) return rows.error();
  return get_command(*rows, 0);
}

Result<std::optional<CommandRow>> CommandStore::find(std::int64_t device_id, std::int32_t id) {
  const auto rows = connection_.query(kFind, {std::to_string(device_id), std::to_string(id)});
  if (!rows) return rows.error();
  return rows->size() == 0 ? std::nullopt : std::optional(get_command(*rows, 0));
}

Result<std::vector<CommandRow>> CommandStore::list(const CommandQuestion& question) {
  const std::int64_t before = question.before ? std::int64_t{*question.before} : kBeforeAll;
  const std::string state = question.state ? std::string(command_state_name(*question.state)) : "";
  const auto rows = connection_.query(kList, {std::to_string(question.device_id), state,
                                              std::to_string(before), std::to_string(question.limit)});
  if (!rows) return rows.error();
  std::vector<CommandRow> commands;
  for (int row = 0; row < rows->size(); ++row) commands.push_back(get_command(*rows, row));
  return commands;
}

Result<std::optional<std::int64_t>> CommandStore::find_device(const std::string& imei) {
  const auto rows = connection_.query(kFindDevice, {imei});
  if (!rows) return rows.error();
  return rows->size() == 0 ? std::nullopt : std::optional(rows->integer(0, 0));
}

Result<std::string> CommandStore::protocol_of(std::int64_t device_id) {
  const auto rows = connection_.query(kProtocolOf, {std::to_string(device_id)});
  if (!rows) return rows.error();
  return rows->size() == 0 ? std::string() : std::string(rows->text(0, 0));
}

}  // namespace rastro::postgis
