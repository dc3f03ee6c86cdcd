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
constexpr std::size_t kReadSize = 4096;

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
      tcp_(simulation.io),
      udp_(simulation.io),
      send_timer_(simulation.io),
      reply_timer_(simulation.io),
      incoming_(kReadSize),
      next_time_ms_(simulation.plan.first_time_ms) {}

void DeviceClient::start(std::chrono::milliseconds delay) {
  due_ = std::chrono::steady_clock::now() + delay;
  send_timer_.expires_at(due_);
  send_timer_.async_wait([this](error_code error) {
    if (!error) connect();
  });
}

void DeviceClient::stop() {
  error_code ignored;
  send_timer_.cancel();
  reply_timer_.cancel();
  tcp_.close(ignored);
  udp_.close(ignored);
}

void DeviceClient::connect() {
  const SimulationPlan& plan = simulation_.plan;
  const auto address = asio::ip::make_address(plan.host);
  const auto& sources = plan.local_addresses;
  const auto local =
      sources.empty() ? asio::ip::address() : asio::ip::make_address(sources[index_ % sources.size()]);
  error_code error;
  if (ever_connected_) ++simulation_.statistics.reconnects;
  ever_connected_ = true;
  logged_in_ = false;
  incoming_size_ = 0;
  answers_.clear();
  if (!is_tcp()) {
    const udp::endpoint to(address, plan.port);
    udp_ = udp::socket(simulation_.io);
    udp_.open(to.protocol(), error);
    if (!error && !sources.empty()) udp_.bind({local, 0}, error);
    if (!error) udp_.connect(to, error);
    return error ? lost() : connected();
  }
  const tcp::endpoint to(address, plan.port);
  tcp_ = tcp::socket(simulation_.io);
  tcp_.open(to.protocol(), error);
  if (!error && !sources.empty()) tcp_.bind({local, 0}, error);
  if (error) return lost();
  tcp_.async_connect(to, [this](error_code failed) {
    if (failed == asio::error::operation_aborted) return;
    failed ? lost() : connected();
  });
}

void DeviceClient::connected() {
  read();
  outgoing_.clear();
  device_->encode_login(outgoing_);
  if (outgoing_.empty()) {
    logged_in_ = true;
    failures_ = 0;
    return packet_.empty() ? schedule_next() : transmit();
  }
  error_code ignored;
  tcp_.set_option(tcp::no_delay(true), ignored);
  write(outgoing_);
  wait_for_reply();
}

void DeviceClient::lost() {
  error_code ignored;
  tcp_.close(ignored);
  udp_.close(ignored);
  reply_timer_.cancel();
  logged_in_ = false;
  if (simulation_.ending && packet_.empty()) return;
  // Half of the wait is chance: devices that lost the same gateway must not come back at the same instant.
  const auto longest = kFirstBackOff * (1U << std::min(failures_++, kMaxDoublings));
  const std::int64_t half = longest.count() / 2;
  const std::chrono::milliseconds wait(
      half + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(half)));
  send_timer_.expires_after(wait);
  send_timer_.async_wait([this](error_code error) {
    if (!error) connect();
  });
}

void DeviceClient::wait_for_reply() {
  reply_timer_.expires_after(kReplyTimeout);
  reply_timer_.async_wait([this](error_code error) {
    if (error) return;
    is_tcp() ? lost() : transmit();  // a datagram is sent again, a stream opened anew
  });
}

void DeviceClient::schedule_next() {
  const std::chrono::milliseconds interval(simulation_.plan.interval_ms);
  if (simulation_.ending) return;
  if (interval.count() == 0) return send_packet();
  due_ = std::max(due_ + interval, std::chrono::steady_clock::now());
  send_timer_.expires_at(due_);
  send_timer_.async_wait([this](error_code error) {
    if (!error && logged_in_ && !simulation_.ending) send_packet();
  });
}

void DeviceClient::send_packet() {
  const SimulationPlan& plan = simulation_.plan;
  for (std::size_t i = 0; i < plan.records_per_packet; ++i) {
    packet_.push_back(vehicle_.drive(static_cast<double>(plan.step_ms) / 1000, next_time_ms_));
    next_time_ms_ += plan.step_ms;
  }
  duplicate_ = false;
  ++simulation_.unacknowledged;
  transmit();
}

void DeviceClient::transmit() {
  accepted_ = 0;
  outgoing_.clear();
  device_->encode_data(packet_, outgoing_);
  ++simulation_.statistics.packets_sent;
  simulation_.statistics.records_sent += packet_.size();
  sent_at_ = std::chrono::steady_clock::now();
  write(outgoing_);
  wait_for_reply();
}

void DeviceClient::write(const std::vector<std::uint8_t>& bytes) {
  error_code error;  // packets are far smaller than a socket's buffer: the call does not block
  if (is_tcp()) {
    asio::write(tcp_, asio::buffer(bytes), error);
  } else {
    udp_.send(asio::buffer(bytes), 0, error);
  }
}

void DeviceClient::read() {
  const auto buffer = asio::buffer(incoming_.data() + incoming_size_, incoming_.size() - incoming_size_);
  const auto done = [this](error_code error, std::size_t size) {
    if (error == asio::error::operation_aborted) return;
    if (error && is_tcp()) return lost();
    if (!error) received(size);
    if (is_tcp() ? tcp_.is_open() : udp_.is_open()) read();
  };
  is_tcp() ? tcp_.async_read_some(buffer, done) : udp_.async_receive(buffer, done);
}

void DeviceClient::received(std::size_t size) {
  incoming_size_ += size;
  std::size_t done = 0;
  for (;;) {
    const DeviceEvent event = device_->read_reply(ByteView(incoming_).subspan(done, incoming_size_ - done));
    if (event.kind == DeviceEvent::Kind::kNeedMore) break;
    done += event.consumed;
    switch (event.kind) {
      case DeviceEvent::Kind::kLoginAccepted:
        reply_timer_.cancel();
        logged_in_ = true;
        failures_ = 0;
        outgoing_.clear();
        device_->encode_heartbeat(outgoing_);
        if (!outgoing_.empty()) write(outgoing_);
        packet_.empty() ? schedule_next() : transmit();
        break;
      case DeviceEvent::Kind::kLoginRefused:
        return lost();
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
  std::copy(incoming_.begin() + static_cast<std::ptrdiff_t>(done),
            incoming_.begin() + static_cast<std::ptrdiff_t>(incoming_size_), incoming_.begin());
  incoming_size_ -= done;
  if (incoming_size_ == incoming_.size()) incoming_size_ = 0;  // no reply is that long
}

void DeviceClient::acknowledged() {
  reply_timer_.cancel();
  if (!duplicate_) {
    SimulationStatistics& statistics = simulation_.statistics;
    statistics.records_acked += packet_.size();
    const std::chrono::duration<float, std::milli> waited = std::chrono::steady_clock::now() - sent_at_;
    statistics.ack_ms.push_back(waited.count());
    for (const DeviceRecord& record : packet_) simulation_.ledger.add(imei_, device_->as_received(record));
    --simulation_.unacknowledged;
    if (random_() % 100 < simulation_.plan.duplicate_percent) {
      duplicate_ = true;
      return transmit();
    }
  }
  packet_.clear();
  if (!answers_.empty()) write(std::exchange(answers_, {}));
  schedule_next();
}

// A device answers when its records are acknowledged (teltonika.md 7).
void DeviceClient::answer(const DeviceEvent& command) {
  device_->encode_command_answer(command, "OK " + std::string(command.text), answers_);
  ++simulation_.statistics.commands_answered;
  if (packet_.empty()) write(std::exchange(answers_, {}));
}

}  // namespace rastro
