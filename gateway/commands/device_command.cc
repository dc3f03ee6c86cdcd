#include "gateway/commands/device_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ostream>
#include <thread>

#include "gateway/database.h"
#include "protocols/registry.h"
#include "schema/json.h"

namespace rastro {
namespace {

constexpr std::chrono::milliseconds kPoll{200};

int fail(const AdminOutput& to, const postgis::Failure& failure) {
  to.err << "rastro: " << failure.sentence << '\n';
  return 1;
}

int no_such_device(const AdminOutput& to, const std::string& imei) {
  to.err << "rastro: there is no device with the imei " << imei << '\n';
  return 1;
}

std::string kinds() {
  std::string names;
  for (std::size_t i = 0; i < kCommandKindCount; ++i) {
    names += names.empty() ? "" : ", ";
    names += command_kind_name(static_cast<CommandKind>(i));
  }
  return names;
}

int mistaken(const AdminOutput& to, CommandMistake mistake) {
  to.err << "rastro: " << command_mistake_english(mistake);
  if (mistake == CommandMistake::kFuelCutNotConfirmed) to.err << ": add --confirm-fuel-cut";
  if (mistake == CommandMistake::kUnknownKind) to.err << ", there are " << kinds();
  to.err << '\n';
  return 2;
}

void print(const postgis::CommandRow& command, const AdminOutput& to) {
  if (to.json) {
    to.out << command_json(command) << '\n';
    return;
  }
  to.out << fmt::format("command {} is {}", command.id, postgis::command_state_name(command.state));
  if (command.reason) to.out << ": " << *command.reason;
  to.out << '\n';
  if (command.answer) to.out << *command.answer << '\n';
}

// The command as it stands when nothing more will become of it, or when the time is over.
postgis::Result<postgis::CommandRow> wait_for(postgis::CommandStore& commands, postgis::CommandRow command,
                                              std::int64_t wait_s) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(wait_s);
  while (!is_final(command.state) && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(kPoll);
    auto found = commands.find(command.device_id, command.id);
    if (!found) return found.error();
    if (*found) command = std::move(**found);
  }
  return command;
}

}  // namespace

std::optional<std::int64_t> parse_duration_s(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || number < 0 || number > kMaxCommandTtlS) return {};
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  if (unit.empty() || unit == "s") return number;
  if (unit == "m") return number * 60;
  if (unit == "h") return number * 3600;
  if (unit == "d") return number * 24 * 3600;
  return {};
}

int run_device_command(const Config& config, const std::string& imei, const CommandRequest& request,
                       std::int64_t wait_s, const AdminOutput& to) {
  postgis::CommandStore commands(database_url(config));
  const auto device = commands.find_device(imei);
  if (!device) return fail(to, device.error());
  if (!*device) return no_such_device(to, imei);
  const auto protocol = commands.protocol_of(**device);
  if (!protocol) return fail(to, protocol.error());
  postgis::NewCommand command;
  const CommandMistake mistake = prepare_command(request, find_protocol(*protocol), command);
  if (mistake != CommandMistake::kNone) return mistaken(to, mistake);
  command.device_id = **device;
  command.created_by = shell_actor();
  const auto added = commands.add(command);
  if (!added) return fail(to, added.error());
  if (wait_s <= 0) {
    print(*added, to);
    return 0;
  }
  const auto last = wait_for(commands, *added, wait_s);
  if (!last) return fail(to, last.error());
  print(*last, to);
  return last->state == postgis::CommandState::kAnswered ? 0 : 1;
}

int run_device_commands(const Config& config, const std::string& imei, const std::string& state, int limit,
                        const AdminOutput& to) {
  postgis::CommandStore commands(database_url(config));
  const auto device = commands.find_device(imei);
  if (!device) return fail(to, device.error());
  if (!*device) return no_such_device(to, imei);
  postgis::CommandQuestion question;
  question.device_id = **device;
  question.state = postgis::find_command_state(state);
  question.limit = limit;
  const auto found = commands.list(question);
  if (!found) return fail(to, found.error());
  if (to.json) to.out << '[';
  const char* between = "";
  for (const postgis::CommandRow& command : *found) {
    if (to.json) {
      to.out << between << command_json(command);
      between = ",\n ";
      continue;
    }
    std::string time;
    append_iso8601(command.created_ms, time);
    to.out << fmt::format("{:>6}  {}  {:<9} {}", command.id, time, postgis::command_state_name(command.state),
                          command.text);
    if (command.answer) to.out << "  ->  " << *command.answer;
    if (command.reason) to.out << "  (" << *command.reason << ")";
    to.out << '\n';
  }
  if (to.json) to.out << "]\n";
  return 0;
}

}  // namespace rastro
