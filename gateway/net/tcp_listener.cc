#include "gateway/net/tcp_listener.h"

#include <fcntl.h>

#include <cerrno>

#include "gateway/log.h"
#include "gateway/net/tcp_connection.h"

namespace rastro {
namespace {

// After a failure to accept that only time can heal (no descriptors left).
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

TcpListener::TcpListener(Shard& shard, const ListenerConfig& config, int passed)
    : shard_(shard),
      config_(config),
      metrics_(shard.context().metrics.listener(config.protocol->name, Transport::kTcp)),
      tls_(shard.context().certificates.find(config)),
      acceptor_(shard.io()),
      pause_(shard.io()) {
  try {
    if (passed == kNoSocket) {
      bind();
    } else {
      acceptor_.assign(tcp::v4(),
                       copy_of_socket(passed));  // the family matters to bind() and connect() alone
    }
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
  acceptor_.listen();
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
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
    if (!error) {
      take(std::move(socket));
      return accept();
    }
    static LogLimit limit(std::chrono::seconds(10));
    if (std::uint64_t held = 0; limit.pass(held))
      spdlog::warn("accepting on {} failed: {}", config_.bind, error.message());
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](error_code cancelled) {
      if (!cancelled) accept();
    });
  });
}

bool TcpListener::has_place() {
  const NetContext& context = shard_.context();
  if (context.open_connections.load(std::memory_order_relaxed) < context.config.max_connections) return true;
  const auto oldest = context.admission.take_oldest();
  if (oldest) oldest->give_way(CloseReason::kNewcomerLimit);
  return oldest != nullptr;
}

void TcpListener::take(tcp::socket socket) {
  metrics_.connections.Increment();
  if (!has_place()) {
    metrics_.closed[static_cast<std::size_t>(CloseReason::kTooMany)]->Increment();
    return;
  }
  error_code error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  if (error) {  // gone between accept and here
    metrics_.closed[static_cast<std::size_t>(CloseReason::kReset)]->Increment();
    return;
  }
  const auto connection = std::make_shared<TcpConnection>(shard_, config_, metrics_, tls_, std::move(socket),
                                                          ip_address(peer.address()));
  shard_.add(connection);
  connection->start();
}

}  // namespace rastro
