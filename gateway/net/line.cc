#include "gateway/net/line.h"

namespace rastro {
namespace {

error_code error_of(TlsChannel::Outcome outcome) {
  switch (outcome) {
    case TlsChannel::Outcome::kDone:
      return {};
    case TlsChannel::Outcome::kWantsRead:
    case TlsChannel::Outcome::kWantsWrite:
      return asio::error::would_block;
    case TlsChannel::Outcome::kClosed:
      return asio::error::eof;
    case TlsChannel::Outcome::kFailed:
      break;
  }
  return asio::error::connection_reset;
}

}  // namespace

std::size_t Line::read_tls(std::uint8_t* into, std::size_t size, error_code& error) {
  std::size_t got = 0;
  error = error_of(waiting(tls_->read({into, size}, got)));
  return got;
}

std::size_t Line::write_tls(ByteView bytes, error_code& error) {
  std::size_t sent = 0;
  error = error_of(tls_->write(bytes, sent));
  return sent;
}

void Line::close() {
  if (tls_) tls_->say_goodbye();
  tls_.reset();
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

}  // namespace rastro
