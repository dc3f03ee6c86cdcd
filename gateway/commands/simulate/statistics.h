// What a simulation did, and the ledger of what was acknowledged. One thread.
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/commands/simulate/latency_histogram.h"
#include "protocols/session.h"

namespace rastro {

struct SimulationStatistics {
  std::uint64_t devices = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t records_sent = 0;   // each copy counts
  std::uint64_t records_acked = 0;  // each record once
  std::uint64_t reconnects = 0;
  std::uint64_t commands_answered = 0;
  std::uint64_t logged_in = 0;        // devices, once each
  std::uint64_t backlogs_done = 0;    // devices whose backlog is acknowledged
  std::uint64_t packets_overdue = 0;  // were due before the end and never sent
  double seconds = 0;
  // After the start; nothing when some device has not.
  std::optional<double> all_logged_in_s;
  std::optional<double> backlog_acked_s;
  // From when a packet was due to its acknowledgement; with an interval of zero that is from its sending.
  LatencyHistogram acknowledgement;

  // The last line of the command: one JSON object.
  std::string to_json() const;
};

class Ledger {
 public:
  // Empty path: nothing is written. False when the file cannot be made.
  bool open(const std::string& path);
  bool is_open() const { return file_.is_open(); }
  void add(std::string_view imei, const DeviceRecord& as_received);
  void flush();

 private:
  std::ofstream file_;
};

}  // namespace rastro
