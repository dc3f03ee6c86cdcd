// The stream of one connection, plain or TLS: bytes in and out when its socket is ready for them. Plain, it
// is the socket and nothing more. On its shard's thread.
#pragma once

#include <memory>
#include <utility>

#include "gateway/net/asio.h"
#include "gateway/net/tls_channel.h"

namespace rastro {

class Line {
 public:
  explicit Line(tcp::socket socket) : socket_(std::move(socket)) {}

  tcp::socket& socket() { return socket_; }
  // From here on all is TLS.
  void begin_tls(const TlsContext& context) {
    tls_ = std::make_unique<TlsChannel>(context, socket_.native_handle());
  }
  // Null when it is plain.
  TlsChannel* tls() { return tls_.get(); }
  const TlsChannel* tls() const { return tls_.get(); }

  // would_block: to be called again when wait_readable() has called.
  std::size_t read_some(std::uint8_t* into, std::size_t size, error_code& error) {
    return tls_ ? read_tls(into, size, error) : socket_.read_some(asio::buffer(into, size), error);
  }
  std::size_t write_some(ByteView bytes, error_code& error) {
    return tls_ ? write_tls(bytes, error)
                : socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
  }
  // As TlsChannel::shake_hands(). REQUIRES: begin_tls().
  TlsChannel::Outcome shake_hands() { return waiting(tls_->shake_hands()); }

  // Calls handler(error_code) when there is something to read, or to go on with.
  template <typename Handler>
  void wait_readable(Handler handler) {
    if (tls_ && tls_->has_pending()) {
      asio::post(socket_.get_executor(), [handler = std::move(handler)]() mutable { handler(error_code()); });
    } else {
      socket_.async_wait(waits_to_write_ ? tcp::socket::wait_write : tcp::socket::wait_read,
                         std::move(handler));
    }
  }
  template <typename Handler>
  void wait_writable(Handler handler) {
    socket_.async_wait(tcp::socket::wait_write, std::move(handler));
  }

  void close();

 private:
  std::size_t read_tls(std::uint8_t* into, std::size_t size, error_code& error);
  std::size_t write_tls(ByteView bytes, error_code& error);
  TlsChannel::Outcome waiting(TlsChannel::Outcome outcome) {
    waits_to_write_ = outcome == TlsChannel::Outcome::kWantsWrite;
    return outcome;
  }

  tcp::socket socket_;
  std::unique_ptr<TlsChannel> tls_;
  bool waits_to_write_ = false;  // before it can read on
};

}  // namespace rastro
