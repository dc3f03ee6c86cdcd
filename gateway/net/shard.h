// A shard: one thread with its own io_context, its own connections and its own buffers. Nothing in it is
// locked; other threads reach it through post().
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "gateway/devices/identity_alarms.h"
#include "gateway/devices/source_networks.h"
#include "gateway/net/admission_control.h"
#include "gateway/net/asio.h"
#include "gateway/net/buffer_budget.h"
#include "gateway/net/command_desk.h"
#include "gateway/net/ingest.h"
#include "gateway/net/live_identities.h"
#include "gateway/net/socket_poller.h"
#include "gateway/net/tls_context.h"
#include "gateway/net/turn_queue.h"

namespace rastro {

inline constexpr int kNoSocket = -1;

class TcpConnection;
class TcpListener;
class UdpListener;

// What all shards share.
struct NetContext {
  Config config;  // each shard has a copy, which reconfigure() replaces
  journal::Journal& journal;
  const DeviceDirectory& directory;
  LearntNotes& learnt;
  Metrics& metrics;
  LiveIdentities& identities;
  CommandDesk& commands;
  AdmissionControl& admission;
  const Certificates& certificates;
  BufferBudget& buffers;
  SourceNetworks& networks;
  IdentityAlarms& alarms;
  std::atomic<std::int64_t>& open_connections;
};

class Shard {
 public:
  explicit Shard(const NetContext& context);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // Binds a listener, or uses a copy of the socket that was passed for it (-1: none). Throws
  // boost::system::system_error with the address in it when the port is taken.
  void listen(const ListenerConfig& listener, int passed = kNoSocket);
  void start();
  // Accepts and reads nothing more, answers what becomes durable, and calls `done`, on its thread, when
  // nothing is owed any more; stop() then ends the thread.
  void drain(std::function<void()> done);
  void stop();
  // For what is looked up each time: limits and timeouts. Any thread.
  void reconfigure(const Config& config);
  // Whether the thread has answered what the call before asked it; asks again. One caller.
  bool answers();
  // The journal has moved, or opened again. Any thread; called often, does little when nothing waits.
  void journal_moved();

  // For the shard's own connections and listeners, on its thread.
  asio::io_context& io() { return io_; }
  const NetContext& context() const { return context_; }
  SocketPoller& poller() { return poller_; }
  Ingest& ingest() { return ingest_; }
  SessionOutput& output() { return output_; }
  // A read buffer that all connections share: bytes are only left in it while one of them is being served.
  std::vector<std::uint8_t>& scratch() { return scratch_; }
  void reply_when_durable(std::uint64_t position, std::shared_ptr<TcpConnection> to, ByteView reply);
  void reply_when_durable(std::uint64_t position, UdpListener& listener, const udp::endpoint& to,
                          ByteView reply);
  // Whether the journal took no more when it was last asked: then it is no use to read more for it.
  bool is_stalled() const { return !stalled_.empty() || context_.journal.state() != journal::State::kOpen; }
  // Serves the connection again when the journal has moved.
  void wait_for_journal(std::shared_ptr<TcpConnection> connection);
  // Those that have not said who they are, and those that have sent much of late.
  TurnQueue& newcomers() { return newcomers_; }
  TurnQueue& heavy_senders() { return heavy_senders_; }
  void add(std::shared_ptr<TcpConnection> connection);
  void remove(const std::shared_ptr<TcpConnection>& connection);

 private:
  struct WaitingReply {
    std::uint64_t position;
    std::chrono::steady_clock::time_point since;
    std::shared_ptr<TcpConnection> connection;  // or:
    UdpListener* datagrams = nullptr;
    udp::endpoint endpoint;
    std::string bytes;  // a reply is a few bytes: no allocation
  };

  void release_replies();
  void resume_stalled();
  void sweep();
  void tell_when_drained();

  NetContext context_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  SocketPoller poller_{io_};
  Ingest ingest_;
  SessionOutput output_;
  std::vector<std::uint8_t> scratch_;
  std::vector<std::unique_ptr<TcpListener>> tcp_listeners_;
  std::vector<std::unique_ptr<UdpListener>> udp_listeners_;
  std::unordered_set<std::shared_ptr<TcpConnection>> connections_;
  std::deque<WaitingReply> waiting_;  // positions ascend
  std::vector<std::shared_ptr<TcpConnection>> stalled_;
  TurnQueue newcomers_;
  TurnQueue heavy_senders_;
  asio::steady_timer sweep_timer_{io_};
  std::atomic<bool> moved_{false};
  std::atomic<bool> asked_{false};  // by answers(), and not answered yet
  std::function<void()> drained_;   // empty: not draining, or told
  std::thread thread_;
};

}  // namespace rastro
