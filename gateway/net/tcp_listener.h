// Accepts devices on one address for one shard; every shard has its own acceptor on the same port
// (SO_REUSEPORT) and the kernel spreads the connections. On the shard's thread.
#pragma once

#include "gateway/net/asio.h"
#include "gateway/net/shard.h"

namespace rastro {

class TcpListener {
 public:
  // `passed`: a listening socket to use, which stays the caller's; kNoSocket: binds its own. Throws
  // boost::system::system_error naming the address.
  TcpListener(Shard& shard, const ListenerConfig& config, int passed);

  void start() { accept(); }
  void stop();

 private:
  void bind();
  void accept();
  // Those that have come; asks for the next ones.
  void take_all();
  // Only time helps (no descriptors left).
  void pause(error_code error);
  void take(int socket, const IpAddress& peer);
  // Within limits.max_connections, if need be in the place of one that has not said who it is.
  bool has_place();

  Shard& shard_;
  const ListenerConfig config_;
  ListenerMetrics metrics_;
  const TlsContext* const tls_;  // null: none
  const std::shared_ptr<const SessionOptions> session_options_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
};

// SO_REUSEPORT as Asio knows options.
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

// A descriptor of its own for a socket that somebody else holds too. Throws boost::system::system_error.
int copy_of_socket(int socket);

// Throws boost::system::system_error("what address: …").
template <typename Endpoint>
Endpoint bind_endpoint(const std::string& bind) {
  const auto place = parse_bind(bind);
  if (!place) throw boost::system::system_error(asio::error::invalid_argument, bind);
  return Endpoint(asio::ip::make_address(place->host), place->port);
}

}  // namespace rastro
