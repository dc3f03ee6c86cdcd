#include "gateway/net/shard.h"

#include <iterator>
#include <utility>

#include "gateway/log.h"
#include "gateway/net/tcp_connection.h"
#include "gateway/net/tcp_listener.h"
#include "gateway/net/udp_listener.h"
#include "gateway/this_thread.h"

namespace rastro {
namespace {

// Deadlines are of seconds; one sweep over the connections a second replaces a timer for each.
constexpr std::chrono::seconds kSweepInterval{1};
// What those who send much may have under way in the journal, an eighth of what it takes: the rest is for all
// others, and no write and sync are so long that these wait for them.
constexpr std::uint64_t kMostWaiting = 1U << 20;

}  // namespace

Shard::Shard(const NetContext& context)
    : context_(context),
      work_(asio::make_work_guard(io_)),
      ingest_(context_.config, context.journal, context.directory, context.learnt),
      newcomers_(io_, [] { return true; }),
      heavy_senders_(io_, [this] { return context_.journal.waiting_bytes() < kMostWaiting; }) {}

Shard::~Shard() { stop(); }

void Shard::listen(const ListenerConfig& listener, int passed) {
  if (listener.transport == Transport::kTcp) {
    tcp_listeners_.push_back(std::make_unique<TcpListener>(*this, listener, passed));
  } else {
    udp_listeners_.push_back(std::make_unique<UdpListener>(*this, listener, passed));
  }
}

void Shard::start() {
  for (const auto& listener : tcp_listeners_) listener->start();
  for (const auto& listener : udp_listeners_) listener->start();
  sweep();
  thread_ = std::thread([this] {
    name_this_thread("shard");
    io_.run();
  });
}

void Shard::drain(std::function<void()> done) {
  asio::post(io_, [this, done = std::move(done)]() mutable {
    drained_ = std::move(done);
    for (const auto& listener : tcp_listeners_) listener->stop();
    for (const auto& listener : udp_listeners_) listener->stop();
    const auto connections = connections_;
    for (const auto& connection : connections) connection->finish(CloseReason::kShutdown);
    tell_when_drained();
  });
}

void Shard::tell_when_drained() {
  if (drained_ && connections_.empty() && waiting_.empty()) std::exchange(drained_, nullptr)();
}

void Shard::reconfigure(const Config& config) {
  asio::post(io_, [this, config] { context_.config = config; });
}

bool Shard::answers() {
  if (asked_.exchange(true)) return false;
  asio::post(io_, [this] { asked_ = false; });
  return true;
}

void Shard::stop() {
  if (!thread_.joinable()) return;
  io_.stop();
  thread_.join();
  // Handlers hold connections, and connections their listener's metrics: let every handler end while all of
  // it is there.
  waiting_.clear();
  stalled_.clear();
  newcomers_.clear();
  heavy_senders_.clear();
  const auto connections = connections_;
  for (const auto& connection : connections) connection->close(CloseReason::kShutdown);
  for (const auto& listener : tcp_listeners_) listener->stop();
  for (const auto& listener : udp_listeners_) listener->stop();
  sweep_timer_.cancel();
  poller_.stop();
  io_.restart();
  io_.poll();
}

void Shard::journal_moved() {
  if (moved_.exchange(true, std::memory_order_acq_rel)) return;  // one visit is on its way
  asio::post(io_, [this] {
    moved_.store(false, std::memory_order_release);
    release_replies();
    resume_stalled();
    heavy_senders_.go_on();
  });
}

// In turn, until the journal takes no more: the others need not ask to hear the same.
void Shard::resume_stalled() {
  auto waiting = std::exchange(stalled_, {});
  auto next = waiting.begin();
  while (next != waiting.end() && stalled_.empty()) (*next++)->resume();
  stalled_.insert(stalled_.begin(), std::make_move_iterator(next), std::make_move_iterator(waiting.end()));
}

void Shard::reply_when_durable(std::uint64_t position, std::shared_ptr<TcpConnection> to, ByteView reply) {
  waiting_.push_back(
      {position, std::chrono::steady_clock::now(), std::move(to), nullptr, {}, {reply.begin(), reply.end()}});
}

void Shard::reply_when_durable(std::uint64_t position, UdpListener& listener, const udp::endpoint& to,
                               ByteView reply) {
  waiting_.push_back(
      {position, std::chrono::steady_clock::now(), nullptr, &listener, to, {reply.begin(), reply.end()}});
}

void Shard::release_replies() {
  const std::uint64_t durable = context_.journal.durable_position();
  const auto now = std::chrono::steady_clock::now();
  while (!waiting_.empty() && waiting_.front().position <= durable) {
    WaitingReply reply = std::move(waiting_.front());
    waiting_.pop_front();
    const ByteView bytes{reinterpret_cast<const std::uint8_t*>(reply.bytes.data()), reply.bytes.size()};
    context_.metrics.acknowledge_seconds.Observe(std::chrono::duration<double>(now - reply.since).count());
    if (reply.connection) {
      reply.connection->durable_reply(bytes);
    } else {
      reply.datagrams->send(reply.endpoint, bytes);
    }
  }
  for (const auto& listener : udp_listeners_) listener->flush();
  tell_when_drained();
}

void Shard::wait_for_journal(std::shared_ptr<TcpConnection> connection) {
  static LogLimit limit(std::chrono::seconds(10));
  if (std::uint64_t held = 0; context_.journal.state() != journal::State::kOpen && limit.pass(held)) {
    spdlog::warn("devices are neither read nor answered: {} ({} more waited since the last line)",
                 context_.journal.health().reason, held);
  }
  stalled_.push_back(std::move(connection));
}

void Shard::add(std::shared_ptr<TcpConnection> connection) { connections_.insert(std::move(connection)); }

void Shard::remove(const std::shared_ptr<TcpConnection>& connection) {
  connections_.erase(connection);
  tell_when_drained();
}

void Shard::sweep() {
  sweep_timer_.expires_after(kSweepInterval);
  sweep_timer_.async_wait([this](error_code error) {
    if (error) return;
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::shared_ptr<TcpConnection>> late;
    for (const auto& connection : connections_) {
      if (connection->overdue(now)) late.push_back(connection);
    }
    for (const auto& connection : late) connection->close_overdue();
    std::erase_if(stalled_, [](const auto& connection) { return !connection->is_open(); });
    sweep();
  });
}

}  // namespace rastro
