#include "gateway/net/tls_channel.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <new>

namespace rastro {
namespace {

struct FreeCertificate {
  void operator()(X509* certificate) const { ::X509_free(certificate); }
};
struct FreeNames {
  void operator()(GENERAL_NAMES* names) const { ::GENERAL_NAMES_free(names); }
};

std::string_view text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(::ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(::ASN1_STRING_length(string))};
}

bool common_name_is(X509* certificate, std::string_view name) {
  X509_NAME* const subject = ::X509_get_subject_name(certificate);
  for (int at = -1; (at = ::X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) {
    if (text_of(::X509_NAME_ENTRY_get_data(::X509_NAME_get_entry(subject, at))) == name) return true;
  }
  return false;
}

bool alternative_name_is(X509* certificate, std::string_view name) {
  const std::unique_ptr<GENERAL_NAMES, FreeNames> names(
      static_cast<GENERAL_NAMES*>(::X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const one = sk_GENERAL_NAME_value(names.get(), i);
    if (one->type == GEN_DNS && text_of(one->d.dNSName) == name) return true;
  }
  return false;
}

}  // namespace

TlsChannel::TlsChannel(const TlsContext& context, int socket) : ssl_(::SSL_new(context.current().get())) {
  if (!ssl_ || ::SSL_set_fd(ssl_.get(), socket) != 1) throw std::bad_alloc();
  ::SSL_set_accept_state(ssl_.get());
}

TlsChannel::Outcome TlsChannel::shake_hands() {
  ::ERR_clear_error();
  return outcome_of(::SSL_do_handshake(ssl_.get()));
}

TlsChannel::Outcome TlsChannel::read(std::span<std::uint8_t> into, std::size_t& got) {
  ::ERR_clear_error();
  return outcome_of(::SSL_read_ex(ssl_.get(), into.data(), into.size(), &got));
}

TlsChannel::Outcome TlsChannel::write(ByteView bytes, std::size_t& sent) {
  ::ERR_clear_error();
  return outcome_of(::SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent));
}

// Not SSL_has_pending(), which counts half a record too: that one the socket still tells of.
bool TlsChannel::has_pending() const { return ::SSL_pending(ssl_.get()) > 0; }

void TlsChannel::say_goodbye() {
  ::ERR_clear_error();
  if (::SSL_is_init_finished(ssl_.get()) == 1) ::SSL_shutdown(ssl_.get());
  ::ERR_clear_error();
}

bool TlsChannel::was_certificate() const {
  const int reason = ERR_GET_REASON(::ERR_peek_error());
  return ::SSL_get_verify_result(ssl_.get()) != X509_V_OK ||
         reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE;
}

bool TlsChannel::certifies(std::string_view identity) const {
  const std::unique_ptr<X509, FreeCertificate> certificate(::SSL_get1_peer_certificate(ssl_.get()));
  return certificate &&
         (common_name_is(certificate.get(), identity) || alternative_name_is(certificate.get(), identity));
}

TlsChannel::Outcome TlsChannel::outcome_of(int result) {
  switch (::SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
      return Outcome::kDone;
    case SSL_ERROR_WANT_READ:
      return Outcome::kWantsRead;
    case SSL_ERROR_WANT_WRITE:
      return Outcome::kWantsWrite;
    case SSL_ERROR_ZERO_RETURN:
      return Outcome::kClosed;
    default:
      return Outcome::kFailed;
  }
}

}  // namespace rastro
