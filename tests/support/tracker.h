// A well-behaved device on a real socket, and runs of `rastro simulate` with its ledger. Tests only; one
// thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/session.h"
#include "tests/support/gateway_process.h"
#include "tests/support/wire.h"

namespace rastro::test {

struct Listener {
  std::string_view protocol;
  Transport transport = Transport::kTcp;
};

// A plausible record of that second of 2026-01-05; different seconds, different records.
DeviceRecord record_at(int second);

// A command as a device got it.
struct TrackerCommand {
  DeviceEvent event;
  std::string text;  // empty: none came
};

class Tracker {
 public:
  Tracker(const GatewayProcess& gateway, Listener listener, std::string_view imei,
          const std::string& from = {});

  // Whether the gateway let it in (always, over UDP).
  bool log_in();
  void send(const std::vector<DeviceRecord>& records);
  // Whether the next answer acknowledges that many records.
  bool acknowledged(std::size_t records);
  bool report(const std::vector<DeviceRecord>& records) {
    send(records);
    return acknowledged(records.size());
  }
  bool report(int second) { return report({record_at(second)}); }

  // The next thing that comes, which has to be a command.
  TrackerCommand next_command();
  void answer(const TrackerCommand& command, std::string_view text);

  Wire& wire() { return wire_; }
  DeviceSide& side() { return *side_; }

 private:
  DeviceEvent next_event();

  Listener listener_;
  Wire wire_;
  std::unique_ptr<DeviceSide> side_;
  Bytes unread_;
  std::string last_text_;  // of the last event
};

struct LedgerLine {
  std::string imei;
  std::int64_t time_ms = 0;
  double latitude_deg = 0;
  double longitude_deg = 0;
};
std::vector<LedgerLine> read_ledger(const std::string& path);

// `rastro simulate` under way, with a ledger.
class SimulationRun {
 public:
  SimulationRun(const GatewayProcess& gateway, Listener listener, std::vector<std::string> arguments);
  // To another port of 127.0.0.1, from where it has to come to the gateway.
  SimulationRun(std::uint16_t port, Listener listener, std::vector<std::string> arguments);

  bool running() { return !process_.poll(); }
  // Waits for the end; the last line's numbers by name ("records_acked"), empty when it failed.
  std::map<std::string, double> finish();
  std::vector<LedgerLine> ledger() const { return read_ledger(ledger_); }

 private:
  TemporaryFolder folder_;
  std::string ledger_;
  ChildProcess process_;
};

}  // namespace rastro::test
