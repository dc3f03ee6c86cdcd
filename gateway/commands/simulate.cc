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
// How often answers that do not come are looked for, and the end once there is nothing new.
constexpr std::chrono::milliseconds kLook{200};
constexpr std::chrono::milliseconds kLastLook{20};
// Their times go back by a second each: a month and a half.
constexpr std::uint64_t kMaxBacklog = 4'000'000;

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
  const auto kept_ms = static_cast<std::int64_t>(options.backlog) * plan.step_ms;
  plan.first_time_ms = (now_ms() - kept_ms - (options.interval_ms == 0 ? kDayMs : ahead_ms)) / 1000 * 1000;
}

// Says on `err` each option that is wrong; false when one is.
bool check_options(const SimulateOptions& options, const SimulationPlan& plan, bool target,
                   std::ostream& err) {
  bool good = true;
  const auto expect = [&](bool holds, const std::string& sentence) {
    if (!holds) err << sentence << '\n';
    good = good && holds;
  };
  expect(plan.protocol != nullptr, "--protocol: there is no protocol '" + options.protocol + "'");
  expect(target, "--target: expected an address and port such as 127.0.0.1:5023");
  expect(options.transport == "tcp" || options.transport == "udp", "--transport: expected tcp or udp");
  expect(options.devices > 0, "--devices: expected at least 1");
  expect(options.records_per_packet > 0 && options.records_per_packet <= 255,
         "--records-per-packet: expected 1 to 255");
  expect(options.interval_ms >= 0, "--interval-ms: expected 0 or more");
  expect(options.backlog <= kMaxBacklog, "--backlog: expected at most " + std::to_string(kMaxBacklog));
  return good;
}

std::optional<SimulationPlan> make_plan(const SimulateOptions& options, std::ostream& err) {
  SimulationPlan plan;
  plan.protocol = find_protocol(options.protocol);
  const auto bind = parse_bind(options.target);
  const auto target = bind ? make_socket_address(bind->host, bind->port) : std::nullopt;
  if (!check_options(options, plan, target.has_value(), err)) return {};
  plan.transport = options.transport == "tcp" ? Transport::kTcp : Transport::kUdp;
  plan.target = *target;
  plan.interval = std::chrono::milliseconds(options.interval_ms);
  // Spread over one interval, as vehicles are; when each goes as fast as it can, over half a second.
  plan.ramp = options.ramp_s
                  ? std::chrono::milliseconds(static_cast<std::int64_t>(*options.ramp_s * 1000))
                  : std::chrono::milliseconds(options.interval_ms == 0 ? 500 : options.interval_ms);
  plan.warm_up = std::chrono::milliseconds(static_cast<std::int64_t>(options.warm_up_s * 1000));
  plan.records_per_packet = options.records_per_packet;
  plan.backlog = options.backlog;
  plan.duplicate_percent = options.duplicate_percent;
  for (const std::string& address : split(options.connections_from)) {
    const auto source = make_socket_address(address, 0);
    if (!source) {
      err << "--connections-from: '" << address << "' is no address\n";
      return {};
    }
    plan.sources.push_back(*source);
  }
  set_times(options, plan);
  return plan;
}

// Begins and ends the run, shows how it goes and looks for answers that do not come.
class Conductor final : public EventLoop::Handler {
 public:
  using Devices = std::vector<std::unique_ptr<DeviceClient>>;

  Conductor(Simulation& simulation, Devices& devices, double duration_s, bool show)
      : simulation_(simulation),
        devices_(devices),
        end_(simulation.start + std::chrono::microseconds(static_cast<std::int64_t>(duration_s * 1e6))),
        show_(show) {}

  void run() {
    const auto count = static_cast<std::int64_t>(devices_.size());
    for (std::int64_t i = 0; i < count; ++i)
      devices_[static_cast<std::size_t>(i)]->start(simulation_.start + simulation_.plan.ramp * i /
                                                                           std::max<std::int64_t>(1, count));
    wake();
    simulation_.loop.run();
  }

  void ready() override {}  // has no socket

  void wake() override {
    const auto now = std::chrono::steady_clock::now();
    if (now >= end_ && !simulation_.ending) end();
    for (auto& device : devices_) device->check_patience(now);
    simulation_.ledger.flush();
    if (show_) show();
    if (simulation_.ending && (simulation_.unacknowledged == 0 || now >= end_ + kGrace)) {
      for (auto& device : devices_) device->stop();
      if (show_) std::cerr << '\n';
      return simulation_.loop.stop();
    }
    const auto next = now + (simulation_.ending ? kLastLook : kLook);
    simulation_.loop.wake_at(*this, simulation_.ending ? next : std::min(next, end_));
  }

  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - simulation_.start).count();
  }

 private:
  void end() {
    simulation_.ending = true;
    for (const auto& device : devices_) simulation_.statistics.packets_overdue += device->overdue(end_);
  }

  void show() const {
    std::cerr << fmt::format(
        "\r{:6.0f} s  {:>10} records acknowledged  {:>6} packets wait  {:>4} reconnects ", seconds(),
        simulation_.statistics.records_acked, simulation_.unacknowledged, simulation_.statistics.reconnects);
  }

  Simulation& simulation_;
  Devices& devices_;
  const EventLoop::Time end_;
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
  statistics.devices = options.devices;
  EventLoop loop;
  Simulation simulation{*plan, statistics, ledger, loop, std::chrono::steady_clock::now()};
  Conductor::Devices devices;
  for (std::size_t i = 0; i < options.devices; ++i)
    devices.push_back(std::make_unique<DeviceClient>(simulation, i, options.seed));
  simulation.start = std::chrono::steady_clock::now();
  Conductor conductor(simulation, devices, options.duration_s, show_progress);
  conductor.run();
  ledger.flush();
  statistics.seconds = conductor.seconds();
  out << statistics.to_json() << std::endl;
  return statistics.records_acked > 0 ? 0 : 1;
}

}  // namespace rastro
