#include "tests/support/tls_wire.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <csignal>
#include <stdexcept>
#include <utility>

#include "tests/support/child_process.h"

namespace rastro::test {

TlsWire::TlsWire(Wire wire, const Options& options)
    : wire_(std::move(wire)), context_(::SSL_CTX_new(::TLS_client_method())) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to whatever the peer has done with its end
  SSL_CTX* const context = context_.get();
  ::SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0");  // old versions are the server's to refuse
  ::SSL_CTX_set_min_proto_version(context, options.version);
  ::SSL_CTX_set_max_proto_version(context, options.version);
  ::SSL_CTX_set_mode(context, SSL_MODE_AUTO_RETRY);
  ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  bool good = ::SSL_CTX_load_verify_locations(context, options.authority.c_str(), nullptr) == 1;
  if (!options.certificate.certificate.empty()) {
    good = good &&
           ::SSL_CTX_use_certificate_chain_file(context, options.certificate.certificate.c_str()) == 1 &&
           ::SSL_CTX_use_PrivateKey_file(context, options.certificate.key.c_str(), SSL_FILETYPE_PEM) == 1;
  }
  if (!good) throw std::runtime_error("a certificate of the test cannot be used");
  const timeval patience{kPatience.count(), 0};
  ::setsockopt(wire_.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  ssl_.reset(::SSL_new(context));
  ::SSL_set_fd(ssl_.get(), wire_.descriptor());
}

bool TlsWire::shake_hands() { return ::SSL_connect(ssl_.get()) == 1; }

bool TlsWire::send(ByteView bytes) {
  std::size_t sent = 0;
  return ::SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent) == 1;
}

Bytes TlsWire::read(std::size_t size) {
  Bytes got(size);
  std::size_t have = 0;
  std::size_t more = 0;
  while (have < size && ::SSL_read_ex(ssl_.get(), got.data() + have, size - have, &more) == 1) have += more;
  got.resize(have);
  return got;
}

}  // namespace rastro::test
