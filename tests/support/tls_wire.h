// A device's TLS over a socket, blocking and with deadlines. Tests only; one thread.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "tests/support/certificates.h"
#include "tests/support/wire.h"

namespace rastro::test {

class TlsWire {
 public:
  struct Options {
    std::string authority = {};         // whom it trusts
    CertificateFiles certificate = {};  // its own; none: it shows none
    int version = TLS1_3_VERSION;       // and no other
  };

  // Over a connection that has said what comes before, which it takes over.
  TlsWire(Wire wire, const Options& options);

  // False when either side would not. With TLS 1.3 the gateway's word on a certificate comes later: in the
  // place of its first answer.
  bool shake_hands();
  bool send(ByteView bytes);
  // The next `size` bytes, fewer when the peer closes or nothing more comes.
  Bytes read(std::size_t size);

 private:
  struct Free {
    void operator()(SSL* ssl) const { ::SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { ::SSL_CTX_free(context); }
  };
  Wire wire_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace rastro::test
