// TLS over one connection's socket, by OpenSSL on the socket itself: it reads and writes when the socket is
// ready, and holds no buffer at rest. One thread.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "gateway/net/tls_context.h"
#include "schema/bytes.h"

namespace rastro {

class TlsChannel {
 public:
  enum class Outcome : std::uint8_t { kDone, kWantsRead, kWantsWrite, kClosed, kFailed };

  // The socket is non-blocking and stays the caller's.
  TlsChannel(const TlsContext& context, int socket);

  // To be called again when the socket is ready for what it wants, until it is done.
  Outcome shake_hands();
  Outcome read(std::span<std::uint8_t> into, std::size_t& got);
  Outcome write(ByteView bytes, std::size_t& sent);
  // Whether bytes wait here that the socket knows nothing of any more.
  bool has_pending() const;
  // Tells the peer that nothing more comes, as far as the socket takes it at once.
  void say_goodbye();

  // After a failed handshake: that it was for the device's certificate.
  bool was_certificate() const;
  // Whether the device's certificate names it, as its common name or an alternative DNS name.
  bool certifies(std::string_view identity) const;

 private:
  Outcome outcome_of(int result);

  struct Free {
    void operator()(SSL* ssl) const { ::SSL_free(ssl); }
  };
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace rastro
