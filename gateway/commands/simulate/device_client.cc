#include "gateway/commands/simulate/device_client.h"

#include <fmt/format.h>

#include <algorithm>

namespace rastro {
namespace {

// What devices wait for an answer (gt06.md 2: 5 s; Teltonika's parameter 1001 has the same default in many
// models).
constexpr std::chrono::seconds kReplyTimeout{5};
constexpr std::chrono::milliseconds kFirstBackOff{500};
constexpr unsigned kMaxDoublings = 5;
constexpr std::size_t kLongestReply = 4096;

}  // namespace

std::string simulated_imei(std::uint64_t seed, std::size_t index) {
  std::string imei = fmt::format("86{:05}{:07}", seed % 100000, index % 10000000);
  int sum = 0;
  for (std::size_t i = 0; i < imei.size(); ++i) {
    int digit = imei[i] - '0';
    if (i % 2 == 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  imei += static_cast<char>('0' + (10 - sum % 10) % 10);
  return imei;
}

DeviceClient::DeviceClient(Simulation& simulation, std::size_t index, std::uint64_t seed)
    : simulation_(simulation),
      index_(index),
      imei_(simulated_imei(seed, index)),
      device_(simulation.plan.protocol->open_device(DeviceIdentity(imei_), simulation.plan.transport)),
      vehicle_(seed * 1000003 + index),
      random_(seed * 7919 + index),
      schedule_(simulation.plan.interval, simulation.plan.backlog, simulation.plan.records_per_packet),
      next_time_ms_(simulation.plan.first_time_ms),
      backlog_told_(simulation.plan.backlog == 0) {}

void DeviceClient::start(EventLoop::Time at) {
  schedule_.begin(at);
  simulation_.loop.wake_at(*this, at);
}

void DeviceClient::stop() {
  simulation_.loop.cancel_wake(*this);
  answer_until_ = EventLoop::Time::max();
  socket_.close();
  line_ = Line::kDown;
}

std::uint64_t DeviceClient::overdue(EventLoop::Time end) const {
  const bool planned = next_ && packet_.empty() && next_->due < end;
  return schedule_.overdue(end) + (planned ? 1 : 0);
}

double DeviceClient::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - simulation_.start).count();
}

void DeviceClient::connect() {
  const SimulationPlan& plan = simulation_.plan;
  if (ever_connected_) ++simulation_.statistics.reconnects;
  ever_connected_ = true;
  half_read_.clear();
  answers_.clear();
  const SocketAddress* source = plan.sources.empty() ? nullptr : &plan.sources[index_ % plan.sources.size()];
  if (!socket_.connect(plan.transport, plan.target, source)) return lost();
  line_ = Line::kConnecting;
  if (is_tcp()) return simulation_.loop.watch(socket_.descriptor(), *this, EventLoop::Until::kWritable);
  simulation_.loop.watch(socket_.descriptor(), *this, EventLoop::Until::kReadable);
  connected();
}

void DeviceClient::connected() {
  std::vector<std::uint8_t>& login = simulation_.outgoing;
  login.clear();
  device_->encode_login(login);
  if (login.empty()) return logged_in();
  line_ = Line::kLoggingIn;
  wait_for_reply();
  write(login);
}

void DeviceClient::logged_in() {
  SimulationStatistics& statistics = simulation_.statistics;
  line_ = Line::kUp;
  failures_ = 0;
  answer_until_ = EventLoop::Time::max();
  if (!ever_logged_in_ && ++statistics.logged_in == simulation_.statistics.devices)
    statistics.all_logged_in_s = seconds();
  ever_logged_in_ = true;
  std::vector<std::uint8_t>& heartbeat = simulation_.outgoing;
  heartbeat.clear();
  device_->encode_heartbeat(heartbeat);
  if (!heartbeat.empty()) write(heartbeat);
  if (line_ != Line::kUp) return;
  packet_.empty() ? send_next() : transmit();
}

void DeviceClient::lost() {
  socket_.close();
  line_ = Line::kDown;
  answer_until_ = EventLoop::Time::max();
  if (simulation_.ending && packet_.empty()) return;
  // Half of the wait is chance: devices that lost the same gateway must not come back at the same instant.
  const auto longest = kFirstBackOff * (1U << std::min(failures_++, kMaxDoublings));
  const std::int64_t half = longest.count() / 2;
  const std::chrono::milliseconds wait(
      half + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(half)));
  simulation_.loop.wake_at(*this, std::chrono::steady_clock::now() + wait);
}

void DeviceClient::wait_for_reply() { answer_until_ = std::chrono::steady_clock::now() + kReplyTimeout; }

void DeviceClient::check_patience(EventLoop::Time now) {
  if (now < answer_until_) return;
  is_tcp() ? lost() : transmit();  // a datagram is sent again, a stream opened anew
}

void DeviceClient::wake() {
  if (line_ == Line::kDown) return connect();
  if (line_ == Line::kUp && packet_.empty() && !simulation_.ending) send_packet();
}

void DeviceClient::send_next() {
  if (simulation_.ending) return;
  const auto now = std::chrono::steady_clock::now();
  if (!next_) next_ = schedule_.next(now);
  next_->due <= now ? send_packet() : simulation_.loop.wake_at(*this, next_->due);
}

void DeviceClient::send_packet() {
  const std::int64_t step_ms = simulation_.plan.step_ms;
  for (std::size_t i = 0; i < next_->records; ++i) {
    packet_.push_back(vehicle_.drive(static_cast<double>(step_ms) / 1000, next_time_ms_));
    next_time_ms_ += step_ms;
  }
  duplicate_ = false;
  ++simulation_.unacknowledged;
  transmit();
}

void DeviceClient::transmit() {
  std::vector<std::uint8_t>& data = simulation_.outgoing;
  data.clear();
  accepted_ = 0;
  device_->encode_data(packet_, data);
  ++simulation_.statistics.packets_sent;
  simulation_.statistics.records_sent += packet_.size();
  wait_for_reply();
  write(data);
}

void DeviceClient::write(ByteView bytes) {
  // A datagram that the system does not take is one that the network lost.
  if (!socket_.write(bytes) && is_tcp()) lost();
}

void DeviceClient::ready() {
  if (line_ == Line::kConnecting) {
    if (!socket_.connected()) return lost();
    simulation_.loop.watch_changed(socket_.descriptor(), *this, EventLoop::Until::kReadable);
    return connected();
  }
  std::size_t got = 0;
  switch (socket_.read(simulation_.incoming, got)) {
    case DeviceSocket::Read::kBytes:
      return received(ByteView(simulation_.incoming).first(got));
    case DeviceSocket::Read::kEnd:
      return lost();
    case DeviceSocket::Read::kNothing:
      return;
  }
}

void DeviceClient::received(ByteView bytes) {
  if (half_read_.empty()) {
    const ByteView rest = read_replies(bytes);
    half_read_.assign(rest.begin(), rest.end());
    return;
  }
  half_read_.insert(half_read_.end(), bytes.begin(), bytes.end());
  std::vector<std::uint8_t> whole = std::move(half_read_);
  half_read_.clear();
  const ByteView rest = read_replies(whole);
  if (rest.size() < kLongestReply) half_read_.assign(rest.begin(), rest.end());
}

ByteView DeviceClient::read_replies(ByteView bytes) {
  while (line_ == Line::kLoggingIn || line_ == Line::kUp) {
    const DeviceEvent event = device_->read_reply(bytes);
    if (event.kind == DeviceEvent::Kind::kNeedMore) return bytes;
    bytes = bytes.subspan(event.consumed);
    switch (event.kind) {
      case DeviceEvent::Kind::kLoginAccepted:
        logged_in();
        break;
      case DeviceEvent::Kind::kLoginRefused:
        lost();
        break;
      case DeviceEvent::Kind::kRecordsAccepted:
        accepted_ += event.accepted;
        if (!packet_.empty() && accepted_ >= packet_.size()) acknowledged();
        break;
      case DeviceEvent::Kind::kCommand:
        answer(event);
        break;
      default:
        break;
    }
  }
  return {};
}

void DeviceClient::acknowledged() {
  answer_until_ = EventLoop::Time::max();
  if (!duplicate_) {
    SimulationStatistics& statistics = simulation_.statistics;
    statistics.records_acked += packet_.size();
    if (next_->due >= simulation_.start + simulation_.plan.warm_up)
      statistics.acknowledgement.add(std::chrono::steady_clock::now() - next_->due);
    if (simulation_.ledger.is_open()) {
      for (const DeviceRecord& record : packet_) simulation_.ledger.add(imei_, device_->as_received(record));
    }
    --simulation_.unacknowledged;
    if (!backlog_told_ && schedule_.backlog() == 0) {
      backlog_told_ = true;
      if (++statistics.backlogs_done == statistics.devices) statistics.backlog_acked_s = seconds();
    }
    if (simulation_.plan.duplicate_percent > 0 && random_() % 100 < simulation_.plan.duplicate_percent) {
      duplicate_ = true;
      return transmit();
    }
  }
  packet_.clear();
  next_.reset();
  if (!answers_.empty()) write(std::exchange(answers_, {}));
  if (line_ == Line::kUp) send_next();
}

// A device answers when its records are acknowledged (teltonika.md 7).
void DeviceClient::answer(const DeviceEvent& command) {
  device_->encode_command_answer(command, "OK " + std::string(command.text), answers_);
  ++simulation_.statistics.commands_answered;
  if (packet_.empty()) write(std::exchange(answers_, {}));
}

}  // namespace rastro
