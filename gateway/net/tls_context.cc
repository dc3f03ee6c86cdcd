#include "gateway/net/tls_context.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

namespace rastro {
namespace {

// A device's chain is one or two certificates of a kilobyte or two.
constexpr long kMaxCertificateBytes = 16L << 10;
constexpr int kMaxChain = 4;
constexpr std::array<unsigned char, 6> kSessionContext = {'r', 'a', 's', 't', 'r', 'o'};

[[noreturn]] void fail(const std::string& what, const std::string& file) {
  std::array<char, 256> why{};
  ::ERR_error_string_n(::ERR_peek_last_error(), why.data(), why.size());
  ::ERR_clear_error();
  throw std::runtime_error(what + ' ' + file + " cannot be used: " + why.data());
}

// No certificate of a device is taken on trust of an earlier handshake: one whose signer was taken away is
// refused from the next connection on.
void ask_for_certificates(SSL_CTX* context, const TlsConfig& config) {
  const char* file = config.client_ca.c_str();
  if (::SSL_CTX_load_verify_locations(context, file, nullptr) != 1) fail("the client_ca", config.client_ca);
  STACK_OF(X509_NAME)* names = ::SSL_load_client_CA_file(file);
  if (names == nullptr) fail("the client_ca", config.client_ca);
  ::SSL_CTX_set_client_CA_list(context, names);
  const int required = config.required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
  ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER | required, nullptr);
  ::SSL_CTX_set_verify_depth(context, kMaxChain);
  ::SSL_CTX_set_max_cert_list(context, kMaxCertificateBytes);
  ::SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  ::SSL_CTX_set_num_tickets(context, 0);
}

std::shared_ptr<SSL_CTX> make_context(const TlsConfig& config) {
  ::ERR_clear_error();
  const std::shared_ptr<SSL_CTX> context(::SSL_CTX_new(::TLS_server_method()), &::SSL_CTX_free);
  if (!context) throw std::bad_alloc();
  SSL_CTX* const raw = context.get();
  ::SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  ::SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Some 34 KiB less for each connection at rest; and what is written may move between two attempts.
  ::SSL_CTX_set_mode(
      raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Tickets carry a session without our keeping it.
  ::SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  ::SSL_CTX_set_session_id_context(raw, kSessionContext.data(), kSessionContext.size());
  if (::SSL_CTX_use_certificate_chain_file(raw, config.certificate.c_str()) != 1)
    fail("the certificate", config.certificate);
  if (::SSL_CTX_use_PrivateKey_file(raw, config.key.c_str(), SSL_FILETYPE_PEM) != 1)
    fail("the key", config.key);
  if (::SSL_CTX_check_private_key(raw) != 1) fail("the key", config.key);
  if (!config.client_ca.empty()) ask_for_certificates(raw, config);
  return context;
}

}  // namespace

TlsContext::TlsContext(TlsConfig config) : config_(std::move(config)), current_(make_context(config_)) {}

void TlsContext::reload() {
  auto next = make_context(config_);
  const std::lock_guard lock(mutex_);
  current_ = std::move(next);
}

std::shared_ptr<SSL_CTX> TlsContext::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

Certificates::Certificates(const std::vector<ListenerConfig>& listeners) {
  for (const ListenerConfig& listener : listeners) {
    if (listener.tls.configured())
      entries_.push_back({listener.bind, std::make_unique<TlsContext>(listener.tls)});
  }
}

const TlsContext* Certificates::find(const ListenerConfig& listener) const {
  if (!listener.tls.configured()) return nullptr;
  const auto found = std::ranges::find(entries_, listener.bind, &Entry::bind);
  return found == entries_.end() ? nullptr : found->context.get();
}

std::vector<std::string> Certificates::reload_certificates() {
  std::vector<std::string> faults;
  for (const Entry& entry : entries_) {
    try {
      entry.context->reload();
    } catch (const std::runtime_error& e) {
      faults.emplace_back(e.what());
    }
  }
  return faults;
}

}  // namespace rastro
