#include "gateway/net/tcp_listener.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "gateway/log.h"
#include "gateway/net/tcp_connection.h"

namespace rastro {
namespace {

// After a failure to accept that only time can heal (no descriptors left).
constexpr std::chrono::milliseconds kAcceptPause{100};
// Then what else waits on the thread has its turn.
constexpr int kAcceptsAtOnce = 16;
// May wait to be accepted; the system allows as many as its net.core.somaxconn at most.
constexpr int kBacklog = 65535;

// Nobody is there (any more), or the one that was has gone already: accept(2), "Error handling".
bool is_temporary(int error) {
  return error == EAGAIN || error == EINTR || error == ECONNABORTED || error == EPROTO;
}

}  // namespace

TcpListener::TcpListener(Shard& shard, const ListenerConfig& config, int passed)
    : shard_(shard),
      config_(config),
      metrics_(shard.context().metrics.listener(config.protocol->name, Transport::kTcp)),
      tls_(shard.context().certificates.find(config)),
      session_options_(session_options(config_, shard.context().directory)),
      acceptor_(shard.io()),
      pause_(shard.io()) {
  try {
    if (passed == kNoSocket) {
      bind();
    } else {
      acceptor_.assign(tcp::v4(),
                       copy_of_socket(passed));  // the family matters to bind() and connect() alone
    }
    acceptor_.non_blocking(true);
    // What is accepted has these from here: acknowledgements are a few bytes and must not wait.
    acceptor_.set_option(tcp::no_delay(true));
    acceptor_.set_option(asio::socket_base::keep_alive(true));
  } catch (const boost::system::system_error& e) {
    throw boost::system::system_error(e.code(), "cannot listen on TCP " + config.bind);
  }
}

void TcpListener::bind() {
  const auto endpoint = bind_endpoint<tcp::endpoint>(config_.bind);
  acceptor_.open(endpoint.protocol());
  acceptor_.set_option(tcp::acceptor::reuse_address(true));
  acceptor_.set_option(ReusePort(true));
  acceptor_.bind(endpoint);
  acceptor_.listen(kBacklog);
}

int copy_of_socket(int socket) {
  const int copy = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw boost::system::system_error(errno, boost::system::system_category());
  return copy;
}

void TcpListener::stop() {
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

void TcpListener::accept() {
  acceptor_.async_wait(tcp::acceptor::wait_read, [this](error_code error) {
    if (!error && acceptor_.is_open()) take_all();
  });
}

void TcpListener::take_all() {
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    const int socket = ::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0 && is_temporary(errno)) break;
    if (socket < 0) return pause(error_code(errno, boost::system::system_category()));
    take(socket, ip_address(peer.address()));
  }
  accept();
}

void TcpListener::pause(error_code error) {
  static LogLimit limit(std::chrono::seconds(10));
  if (std::uint64_t held = 0; limit.pass(held))
    spdlog::warn("accepting on {} failed: {}", config_.bind, error.message());
  pause_.expires_after(kAcceptPause);
  pause_.async_wait([this](error_code cancelled) {
    if (!cancelled) accept();
  });
}

bool TcpListener::has_place() {
  const NetContext& context = shard_.context();
  if (context.open_connections.load(std::memory_order_relaxed) < context.config.max_connections) return true;
  const auto oldest = context.admission.take_oldest();
  if (oldest) oldest->give_way(CloseReason::kNewcomerLimit);
  return oldest != nullptr;
}

void TcpListener::take(int socket, const IpAddress& peer) {
  metrics_.connections.Increment();
  if (!has_place()) {
    metrics_.closed[static_cast<std::size_t>(CloseReason::kTooMany)]->Increment();
    ::close(socket);
    return;
  }
  const auto connection = std::make_shared<TcpConnection>(
      shard_, config_, metrics_, tls_, config_.protocol->open(session_options_), socket, peer);
  shard_.add(connection);
  connection->start();
}

}  // namespace rastro
