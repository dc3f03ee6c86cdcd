// `rastro simulate`: a load generator that speaks the protocols as real devices do (contract 1).
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace rastro {

struct SimulateOptions {
  std::string protocol;
  std::string target;
  std::string transport = "tcp";
  std::uint64_t devices = 1;
  double duration_s = 10;
  std::int64_t interval_ms = 1000;
  std::size_t records_per_packet = 1;
  std::uint64_t backlog = 0;     // records that each device has kept, as after an outage
  std::optional<double> ramp_s;  // over which the first connections are spread
  double warm_up_s = 0;          // packets due before are in no latency
  std::string connections_from;
  std::uint64_t seed = 1;
  std::string ledger;
  unsigned duplicate_percent = 0;
  bool list_devices = false;  // print the identities and do nothing else
};

// Runs to the end and writes the statistics as the last line of `out`; progress goes to `progress` when it is
// not null. Exit code: 0 done, 1 nothing was acknowledged, 2 wrong options (said on `err`).
int run_simulate(const SimulateOptions& options, std::ostream& out, std::ostream& err, bool show_progress);

}  // namespace rastro
