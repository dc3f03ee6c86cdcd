#include "tests/support/tracker.h"

#include <fstream>
#include <regex>
#include <sstream>

#include "protocols/registry.h"

namespace rastro::test {
namespace {

constexpr std::int64_t kDayStartMs = 1767571200000;  // 2026-01-05T00:00:00Z
// A simulation that has no more than this to wait for behind its own duration is stuck.
constexpr std::chrono::minutes kSimulationPatience{5};

std::vector<std::string> simulate_command(std::uint16_t port, Listener listener, const std::string& ledger,
                                          std::vector<std::string> more) {
  std::vector<std::string> command = {rastro_program(), "simulate",
                                      "--protocol",     std::string(listener.protocol),
                                      "--transport",    std::string(transport_name(listener.transport)),
                                      "--target",       "127.0.0.1:" + std::to_string(port),
                                      "--ledger",       ledger};
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

}  // namespace

DeviceRecord record_at(int second) {
  DeviceRecord record;
  record.time_ms = kDayStartMs + std::int64_t{second} * 1000;
  record.latitude_deg = -34.6 - second * 1e-5;
  record.longitude_deg = -58.4;
  record.speed_kmh = 40;
  record.course_deg = 90;
  record.satellites = 9;
  record.ignition = true;
  return record;
}

Tracker::Tracker(const GatewayProcess& gateway, Listener listener, std::string_view imei,
                 const std::string& from)
    : listener_(listener),
      wire_(gateway.port_of(listener.protocol, listener.transport), listener.transport, from),
      side_(find_protocol(listener.protocol)->open_device(DeviceIdentity(imei), listener.transport)) {}

bool Tracker::log_in() {
  Bytes login;
  side_->encode_login(login);
  if (login.empty()) return true;
  wire_.send(login);
  return next_event().kind == DeviceEvent::Kind::kLoginAccepted;
}

void Tracker::send(const std::vector<DeviceRecord>& records) {
  Bytes packet;
  side_->encode_data(records, packet);
  wire_.send(packet);
}

bool Tracker::acknowledged(std::size_t records) {
  std::size_t accepted = 0;
  while (accepted < records) {
    const DeviceEvent event = next_event();
    if (event.kind != DeviceEvent::Kind::kRecordsAccepted) return false;
    accepted += event.accepted;
  }
  return accepted == records;
}

TrackerCommand Tracker::next_command() {
  TrackerCommand command;
  command.event = next_event();
  if (command.event.kind == DeviceEvent::Kind::kCommand) command.text = last_text_;
  command.event.text = {};
  return command;
}

void Tracker::answer(const TrackerCommand& command, std::string_view text) {
  Bytes answer;
  side_->encode_command_answer(command.event, text, answer);
  wire_.send(answer);
}

DeviceEvent Tracker::next_event() {
  for (;;) {
    const DeviceEvent event = unread_.empty() ? DeviceEvent{} : side_->read_reply(unread_);
    if (event.kind != DeviceEvent::Kind::kNeedMore) {
      last_text_ = event.text;
      unread_.erase(unread_.begin(), unread_.begin() + static_cast<std::ptrdiff_t>(event.consumed));
      if (event.kind == DeviceEvent::Kind::kOther) continue;  // such as the echo of a command's answer
      return event;
    }
    const Bytes more = wire_.read(1);
    if (more.empty()) return event;
    unread_ = std::move(unread_) + more;
  }
}

std::vector<LedgerLine> read_ledger(const std::string& path) {
  std::vector<LedgerLine> lines;
  std::ifstream in(path);
  for (std::string text; std::getline(in, text);) {
    std::istringstream fields(text);
    LedgerLine line;
    char comma = 0;
    if (std::getline(fields, line.imei, ',') &&
        fields >> line.time_ms >> comma >> line.latitude_deg >> comma >> line.longitude_deg) {
      lines.push_back(line);
    }
  }
  return lines;
}

SimulationRun::SimulationRun(const GatewayProcess& gateway, Listener listener,
                             std::vector<std::string> arguments)
    : SimulationRun(gateway.port_of(listener.protocol, listener.transport), listener, std::move(arguments)) {}

SimulationRun::SimulationRun(std::uint16_t port, Listener listener, std::vector<std::string> arguments)
    : ledger_(folder_.path() + "/ledger.csv"),
      process_(simulate_command(port, listener, ledger_, std::move(arguments)),
               folder_.path() + "/simulate") {}

std::map<std::string, double> SimulationRun::finish() {
  std::map<std::string, double> numbers;
  if (process_.wait(kSimulationPatience) != 0) return numbers;
  const std::string text = process_.out();
  static const std::regex kNumber(R"re("(\w+)":([0-9.]+))re");
  for (std::sregex_iterator match(text.begin(), text.end(), kNumber), end; match != end; ++match) {
    numbers[(*match)[1]] = std::stod((*match)[2]);
  }
  return numbers;
}

}  // namespace rastro::test
