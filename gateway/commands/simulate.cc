#include "gateway/commands/simulate.h"

#include <fmt/format.h>

#include <iostream>
#include <optional>
#include <sstream>

#include "gateway/clock.h"
#include "gateway/commands/simulate/device_client.h"
#include "gateway/config/config.h"
#include "protocols/registry.h"

namespace rastro {
namespace {

// How long after the end the last acknowledgements, and packets that have to be sent again, may take.
constexpr std::chrono::seconds kGrace{15};
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
  return parts;
}

// Records are at least a second apart, so that no two are the same; the first one's time is such that the
// last one's is about now.
void set_times(const SimulateOptions& options, SimulationPlan& plan) {
  const auto records = static_cast<std::int64_t>(options.records_per_packet);
  plan.step_ms = std::max<std::int64_t>(1000, options.interval_ms / records);
  const double packets =
      options.interval_ms == 0 ? 0 : options.duration_s * 1000 / static_cast<double>(options.interval_ms);
  const double span_ms = packets * static_cast<double>(records * plan.step_ms);
  const auto ahead_ms = static_cast<std::int64_t>(std::max(0.0, span_ms - options.duration_s * 1000));
  plan.first_time_ms = (now_ms() - (options.interval_ms == 0 ? kDayMs : ahead_ms)) / 1000 * 1000;
}

std::optional<SimulationPlan> make_plan(const SimulateOptions& options, std::ostream& err) {
  SimulationPlan plan;
  plan.protocol = find_protocol(options.protocol);
  const auto target = parse_bind(options.target);
  if (plan.protocol == nullptr) err << "--protocol: there is no protocol '" << options.protocol << "'\n";
  if (!target) err << "--target: expected an address and port such as 127.0.0.1:5023\n";
  if (options.transport != "tcp" && options.transport != "udp") err << "--transport: expected tcp or udp\n";
  if (options.devices == 0) err << "--devices: expected at least 1\n";
  if (options.records_per_packet == 0 || options.records_per_packet > 255) {
    err << "--records-per-packet: expected 1 to 255\n";
  }
  if (options.interval_ms < 0) err << "--interval-ms: expected 0 or more\n";
  if (plan.protocol == nullptr || !target || (options.transport != "tcp" && options.transport != "udp") ||
      options.devices == 0 || options.records_per_packet == 0 || options.records_per_packet > 255 ||
      options.interval_ms < 0) {
    return {};
  }
  plan.transport = options.transport == "tcp" ? Transport::kTcp : Transport::kUdp;
  plan.host = target->host;
  plan.port = target->port;
  plan.interval_ms = options.interval_ms;
  plan.records_per_packet = options.records_per_packet;
  plan.duplicate_percent = options.duplicate_percent;
  plan.local_addresses = split(options.connections_from);
  for (const std::string& address : plan.local_addresses) {
    error_code error;
    asio::ip::make_address(address, error);
    if (!error) continue;
    err << "--connections-from: '" << address << "' is no address\n";
    return {};
  }
  set_times(options, plan);
  return plan;
}

class Clock {
 public:
  Clock(Simulation& simulation, std::vector<std::unique_ptr<DeviceClient>>& devices, double duration_s,
        bool show)
      : simulation_(simulation),
        devices_(devices),
        timer_(simulation.io),
        start_(std::chrono::steady_clock::now()),
        end_(start_ + std::chrono::microseconds(static_cast<std::int64_t>(duration_s * 1e6))),
        show_(show) {}

  void tick() {
    const auto now = std::chrono::steady_clock::now();
    if (now >= end_) simulation_.ending = true;
    simulation_.ledger.flush();
    if (show_) {
      std::cerr << fmt::format(
          "\r{:6.0f} s  {:>10} records acknowledged  {:>6} packets wait  {:>4} reconnects ", seconds(),
          simulation_.statistics.records_acked, simulation_.unacknowledged,
          simulation_.statistics.reconnects);
    }
    if (simulation_.ending && (simulation_.unacknowledged == 0 || now >= end_ + kGrace)) {
      for (auto& device : devices_) device->stop();
      if (show_) std::cerr << '\n';
      return;
    }
    timer_.expires_after(std::chrono::milliseconds(simulation_.ending ? 20 : 200));
    if (!simulation_.ending && timer_.expiry() > end_) timer_.expires_at(end_);
    timer_.async_wait([this](error_code) { tick(); });
  }

  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  Simulation& simulation_;
  std::vector<std::unique_ptr<DeviceClient>>& devices_;
  asio::steady_timer timer_;
  const std::chrono::steady_clock::time_point start_;
  const std::chrono::steady_clock::time_point end_;
  const bool show_;
};

}  // namespace

int run_simulate(const SimulateOptions& options, std::ostream& out, std::ostream& err, bool show_progress) {
  const auto plan = make_plan(options, err);
  if (!plan) return 2;
  if (options.list_devices) {
    for (std::size_t i = 0; i < options.devices; ++i) out << simulated_imei(options.seed, i) << '\n';
    return 0;
  }
  SimulationStatistics statistics;
  Ledger ledger;
  if (!ledger.open(options.ledger)) {
    err << "--ledger: cannot write " << options.ledger << '\n';
    return 2;
  }
  asio::io_context io{1};
  Simulation simulation{*plan, statistics, ledger, io};
  std::vector<std::unique_ptr<DeviceClient>> devices;
  for (std::size_t i = 0; i < options.devices; ++i) {
    devices.push_back(std::make_unique<DeviceClient>(simulation, i, options.seed));
    // Spread over one interval, as vehicles are; when each goes as fast as it can, over half a second.
    const std::int64_t spread = plan->interval_ms == 0 ? 500 : plan->interval_ms;
    devices.back()->start(std::chrono::milliseconds(spread * static_cast<std::int64_t>(i) /
                                                    static_cast<std::int64_t>(options.devices)));
  }
  Clock clock(simulation, devices, options.duration_s, show_progress);
  clock.tick();
  io.run();
  ledger.flush();
  statistics.devices = options.devices;
  statistics.seconds = clock.seconds();
  out << statistics.to_json() << std::endl;
  return statistics.records_acked > 0 ? 0 : 1;
}

}  // namespace rastro
