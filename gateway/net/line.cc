#include "gateway/net/line.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace rastro {
namespace {

using Outcome = TlsChannel::Outcome;

error_code error_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDone:
      return {};
    case Outcome::kWantsRead:
    case Outcome::kWantsWrite:
      return asio::error::would_block;
    case Outcome::kClosed:
      return asio::error::eof;
    case Outcome::kFailed:
      break;
  }
  return asio::error::connection_reset;
}

// Of recv() and send(): how much, or why not.
std::size_t result_of(ssize_t count, error_code& error) {
  error = count < 0 ? error_code(errno, boost::system::system_category()) : error_code();
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

}  // namespace

void Line::note(SocketEvents events) {
  readable_ |= events.readable;
  ended_ |= events.ended;
  if (events.writable) waits_to_write_ = false;
}

std::size_t Line::read_some(std::uint8_t* into, std::size_t size, error_code& error) {
  if (tls_) return read_tls(into, size, error);
  const std::size_t got = result_of(::recv(socket_, into, size, 0), error);
  if (error == asio::error::would_block || (got < size && !ended_)) readable_ = false;
  if (!error && got == 0) error = asio::error::eof;
  return got;
}

// Until the socket has no more: what OpenSSL keeps to itself no poller tells of.
std::size_t Line::read_tls(std::uint8_t* into, std::size_t size, error_code& error) {
  std::size_t got = 0;
  Outcome outcome = Outcome::kDone;
  while (outcome == Outcome::kDone && got < size) {
    std::size_t more = 0;
    outcome = noted(tls_->read({into + got, size - got}, more));
    got += more;
  }
  // With bytes in hand the end of them is for the next call.
  error = got > 0 ? error_code() : error_of(outcome);
  return got;
}

std::size_t Line::write_some(ByteView bytes, error_code& error) {
  if (!tls_) return result_of(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), error);
  std::size_t sent = 0;
  error = error_of(tls_->write(bytes, sent));
  return sent;
}

Outcome Line::noted(Outcome outcome) {
  if (outcome == Outcome::kWantsRead) readable_ = false;
  waits_to_write_ = outcome == Outcome::kWantsWrite;
  return outcome;
}

void Line::reset_at_close() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void Line::close() {
  if (socket_ < 0) return;
  if (tls_) tls_->say_goodbye();
  tls_.reset();
  ::shutdown(socket_, SHUT_RDWR);
  ::close(std::exchange(socket_, -1));
}

}  // namespace rastro
