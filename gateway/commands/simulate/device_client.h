// One simulated device on a real socket: logs in, sends a packet, waits for its acknowledgement, sends it
// again when none comes, reconnects with back-off. On the simulation's thread.
#pragma once

#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gateway/commands/simulate/statistics.h"
#include "gateway/commands/simulate/vehicle.h"
#include "gateway/net/asio.h"
#include "protocols/session.h"

namespace rastro {

struct SimulationPlan {
  const Protocol* protocol = nullptr;
  Transport transport = Transport::kTcp;
  std::string host;
  std::uint16_t port = 0;
  std::int64_t interval_ms = 1000;  // between packets; 0: as fast as acknowledgements allow
  std::size_t records_per_packet = 1;
  unsigned duplicate_percent = 0;  // packets that are sent again after their acknowledgement
  std::vector<std::string> local_addresses;
  std::int64_t first_time_ms = 0;  // of the first record
  std::int64_t step_ms = 1000;     // between records
};

struct Simulation {
  const SimulationPlan& plan;
  SimulationStatistics& statistics;
  Ledger& ledger;
  asio::io_context& io;
  bool ending = false;  // no new packets
  std::size_t unacknowledged = 0;
};

class DeviceClient {
 public:
  DeviceClient(Simulation& simulation, std::size_t index, std::uint64_t seed);

  void start(std::chrono::milliseconds delay);
  void stop();

 private:
  void connect();
  void connected();
  void lost();
  void send_packet();
  void transmit();
  void write(const std::vector<std::uint8_t>& bytes);
  void read();
  void received(std::size_t size);
  void acknowledged();
  void answer(const DeviceEvent& command);
  void schedule_next();
  void wait_for_reply();
  bool is_tcp() const { return simulation_.plan.transport == Transport::kTcp; }

  Simulation& simulation_;
  const std::size_t index_;
  const std::string imei_;
  std::unique_ptr<DeviceSide> device_;
  Vehicle vehicle_;
  std::mt19937_64 random_;
  tcp::socket tcp_;
  udp::socket udp_;
  asio::steady_timer send_timer_;
  asio::steady_timer reply_timer_;
  std::vector<DeviceRecord> packet_;  // waits for its acknowledgement; empty: none does
  std::vector<std::uint8_t> outgoing_;
  std::vector<std::uint8_t> answers_;  // to commands, until the line is idle
  std::vector<std::uint8_t> incoming_;
  std::size_t incoming_size_ = 0;
  std::chrono::steady_clock::time_point sent_at_;
  std::chrono::steady_clock::time_point due_;
  std::int64_t next_time_ms_;
  std::uint32_t accepted_ = 0;
  unsigned failures_ = 0;
  bool logged_in_ = false;
  bool duplicate_ = false;
  bool ever_connected_ = false;
};

// A valid IMEI (with its check digit) for a run and a device.
std::string simulated_imei(std::uint64_t seed, std::size_t index);

}  // namespace rastro
