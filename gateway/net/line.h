// The stream of one connection, plain or TLS: bytes in and out as far as its socket is ready for them. Plain,
// it is the socket and nothing more. On its shard's thread.
#pragma once

#include <memory>

#include "gateway/net/asio.h"
#include "gateway/net/socket_poller.h"
#include "gateway/net/tls_channel.h"

namespace rastro {

class Line {
 public:
  // Takes the socket, which is non-blocking.
  explicit Line(int socket) : socket_(socket) {}
  ~Line() { close(); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  int socket() const { return socket_; }
  // From here on all is TLS.
  void begin_tls(const TlsContext& context) { tls_ = std::make_unique<TlsChannel>(context, socket_); }
  // Null when it is plain.
  TlsChannel* tls() { return tls_.get(); }
  const TlsChannel* tls() const { return tls_.get(); }

  // What the poller has told of the socket.
  void note(SocketEvents events);
  // Whether there may be something to read, or to go on with. Without it note() has to come first.
  bool can_read() const { return readable_ && !waits_to_write_; }

  // would_block: nothing can be read, or written, until note().
  std::size_t read_some(std::uint8_t* into, std::size_t size, error_code& error);
  std::size_t write_some(ByteView bytes, error_code& error);
  // As TlsChannel::shake_hands(). REQUIRES: begin_tls().
  TlsChannel::Outcome shake_hands() { return noted(tls_->shake_hands()); }

  // What the peer has not read yet is lost with it, and the kernel remembers nothing of the connection.
  void reset_at_close();
  void close();

 private:
  std::size_t read_tls(std::uint8_t* into, std::size_t size, error_code& error);
  // Of a step that reads.
  TlsChannel::Outcome noted(TlsChannel::Outcome outcome);

  std::unique_ptr<TlsChannel> tls_;
  int socket_;  // -1: closed
  bool readable_ = false;
  bool ended_ = false;           // read to the end: nothing will tell of it again
  bool waits_to_write_ = false;  // TLS, before it can read on
};

}  // namespace rastro
