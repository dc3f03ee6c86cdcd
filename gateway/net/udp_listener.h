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
  // Replies leave together, at the latest with flush().
  void send(const udp::endpoint& to, ByteView reply);
  void flush();

 private:
  struct Batch;   // the arrays that recvmmsg fills
  struct Outbox;  // and those that sendmmsg empties

  void bind();
  void wait_readable();
  void receive();
  void take(ByteView datagram, const udp::endpoint& from);
  // Whether it is left unread, which is counted.
  bool drops(ByteView datagram, const udp::endpoint& from);
  const std::string& text_of(const asio::ip::address& address);

  Shard& shard_;
  const ListenerConfig config_;
  ListenerMetrics metrics_;
  udp::socket socket_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Batch> batch_;
  std::unique_ptr<Outbox> outbox_;
  asio::ip::address last_address_;  // and its text: a datagram often comes from where the last one did
  std::string last_text_;
  DatagramLimit bad_datagrams_;
};

}  // namespace rastro
