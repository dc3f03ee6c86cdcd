// Receives datagrams on one address for one shard, many a system call, and answers them when they are
// durable. On the shard's thread.
#pragma once

#include <memory>
#include <vector>

#include "gateway/net/asio.h"
#include "gateway/net/datagram_limit.h"
#include "gateway/net/shard.h"

namespace rastro {

class UdpListener {
 public:
  // `passed` as of TcpListener. Throws boost::system::system_error naming the address.
  UdpListener(Shard& shard, const ListenerConfig& config, int passed);
  ~UdpListener();

  void start() { wait_readable(); }
  void stop();
  void send(const udp::endpoint& to, ByteView reply);

 private:
  struct Batch;  // the arrays that recvmmsg fills

  void bind();
  void wait_readable();
  void receive();
  void take(ByteView datagram, const udp::endpoint& from);
  // Whether it is left unread, which is counted.
  bool drops(ByteView datagram, const udp::endpoint& from);

  Shard& shard_;
  const ListenerConfig config_;
  ListenerMetrics metrics_;
  udp::socket socket_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Batch> batch_;
  DatagramLimit bad_datagrams_;
};

}  // namespace rastro
