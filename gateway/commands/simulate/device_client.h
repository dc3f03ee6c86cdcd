// One simulated device on a real socket: logs in, sends a packet, waits for its acknowledgement, sends it
// again when none comes, reconnects with back-off. On the simulation's thread.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/commands/simulate/device_socket.h"
#include "gateway/commands/simulate/event_loop.h"
#include "gateway/commands/simulate/packet_schedule.h"
#include "gateway/commands/simulate/random.h"
#include "gateway/commands/simulate/statistics.h"
#include "gateway/commands/simulate/vehicle.h"
#include "protocols/session.h"

namespace rastro {

struct SimulationPlan {
  const Protocol* protocol = nullptr;
  Transport transport = Transport::kTcp;
  SocketAddress target;
  std::vector<SocketAddress> sources;     // the devices take them in turn; empty: as the system chooses
  std::chrono::milliseconds interval{0};  // between packets; 0: as fast as acknowledgements allow
  std::chrono::milliseconds ramp{0};      // over which the first connections are spread
  std::chrono::milliseconds warm_up{0};   // packets due before its end are in no latency
  std::size_t records_per_packet = 1;
  std::uint64_t backlog = 0;       // records that each device has kept
  unsigned duplicate_percent = 0;  // packets that are sent again after their acknowledgement
  std::int64_t first_time_ms = 0;  // of the first record
  std::int64_t step_ms = 1000;     // between records
};

struct Simulation {
  const SimulationPlan& plan;
  SimulationStatistics& statistics;
  Ledger& ledger;
  EventLoop& loop;
  EventLoop::Time start;
  bool ending = false;  // no new packets
  std::size_t unacknowledged = 0;
  std::vector<std::uint8_t> incoming = std::vector<std::uint8_t>(16 * 1024);
  std::vector<std::uint8_t> outgoing = {};
};

class DeviceClient final : public EventLoop::Handler {
 public:
  DeviceClient(Simulation& simulation, std::size_t index, std::uint64_t seed);

  void start(EventLoop::Time at);
  void stop();
  // Sends again, or connects anew, when no answer has come in time; called a few times a second.
  void check_patience(EventLoop::Time now);
  std::uint64_t overdue(EventLoop::Time end) const;

  void ready() override;
  void wake() override;

 private:
  enum class Line : std::uint8_t { kDown, kConnecting, kLoggingIn, kUp };

  void connect();
  void connected();
  void logged_in();
  void lost();
  void send_next();
  void send_packet();
  void transmit();
  void write(ByteView bytes);
  void received(ByteView bytes);
  // What is left over.
  ByteView read_replies(ByteView bytes);
  void acknowledged();
  void answer(const DeviceEvent& command);
  void wait_for_reply();
  double seconds() const;
  bool is_tcp() const { return simulation_.plan.transport == Transport::kTcp; }

  Simulation& simulation_;
  const std::size_t index_;
  const std::string imei_;
  std::unique_ptr<DeviceSide> device_;
  Vehicle vehicle_;
  Random random_;
  DeviceSocket socket_;
  PacketSchedule schedule_;
  std::optional<DuePacket> next_;      // the packet that is sent, or will be
  std::vector<DeviceRecord> packet_;   // waits for its acknowledgement; empty: none does
  std::vector<std::uint8_t> answers_;  // to commands, until the line is idle
  std::vector<std::uint8_t> half_read_;
  EventLoop::Time answer_until_ = EventLoop::Time::max();
  std::int64_t next_time_ms_;
  std::uint32_t accepted_ = 0;
  unsigned failures_ = 0;
  Line line_ = Line::kDown;
  bool duplicate_ = false;
  bool ever_connected_ = false;
  bool ever_logged_in_ = false;
  bool backlog_told_ = false;
};

// A valid IMEI (with its check digit) for a run and a device.
std::string simulated_imei(std::uint64_t seed, std::size_t index);

}  // namespace rastro
