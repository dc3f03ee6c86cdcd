#include "gateway/metrics/close_reason.h"

#include <array>

namespace rastro {

std::string_view close_reason_name(CloseReason reason) {
  static constexpr std::array<std::string_view, kCloseReasonCount> kNames = {
      "peer_closed",    "reset",           "login_timeout",     "idle_timeout",   "stray",
      "wrong_protocol", "rejected_device", "newer_connection",  "unparsed_limit", "unreadable",
      "slow_reader",    "too_many",        "shutdown",          "newcomer_limit", "address_limit",
      "network_limit",  "address_rate",    "network_rate",      "buffer_limit",   "too_many_identities",
      "proxy_header",   "tls_handshake",   "client_certificate"};
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace rastro
