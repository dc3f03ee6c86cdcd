// What a simulation did, and the ledger of what was acknowledged. One thread.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/session.h"

namespace rastro {

struct SimulationStatistics {
  std::uint64_t devices = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t records_sent = 0;   // each copy counts
  std::uint64_t records_acked = 0;  // each record once
  std::uint64_t reconnects = 0;
  std::uint64_t commands_answered = 0;
  double seconds = 0;
  std::vector<float> ack_ms;

  // The last line of the command: one JSON object.
  std::string to_json();
};

class Ledger {
 public:
  // Empty path: nothing is written. False when the file cannot be made.
  bool open(const std::string& path);
  void add(std::string_view imei, const DeviceRecord& as_received);
  void flush();

 private:
  std::ofstream file_;
};

}  // namespace rastro
