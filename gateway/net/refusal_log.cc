#include "gateway/net/refusal_log.h"

#include <deque>

#include "gateway/log.h"

namespace rastro {
namespace {

constexpr std::chrono::seconds kInterval{10};

std::deque<LogLimit> limits_for(std::size_t count) {
  std::deque<LogLimit> limits;
  for (std::size_t i = 0; i < count; ++i) limits.emplace_back(kInterval);
  return limits;
}

std::string_view sentence_of(CloseReason reason) {
  switch (reason) {
    case CloseReason::kNewcomerLimit:
      return "too many wait without having said who they are";
    case CloseReason::kAddressLimit:
    case CloseReason::kNetworkLimit:
      return "too many from there wait without having said who they are";
    case CloseReason::kAddressRate:
    case CloseReason::kNetworkRate:
      return "too many have come from there without saying who they are";
    case CloseReason::kWrongProtocol:
      return "it speaks another tracker protocol";
    case CloseReason::kProxyHeader:
      return "it is a proxy and begins with no PROXY header";
    case CloseReason::kTlsHandshake:
      return "there was no TLS handshake";
    case CloseReason::kClientCertificate:
      return "its certificate is missing, not good, or another device's";
    default:
      return close_reason_name(reason);
  }
}

void write(LogLimit& limit, std::string_view peer, const ListenerConfig& listener, std::string_view why) {
  std::uint64_t held = 0;
  if (!limit.pass(held)) return;
  spdlog::info("refused {} on the {} port {}: {} ({} more like it since the last line)", peer,
               listener.protocol->name, listener.bind, why, held);
}

}  // namespace

void log_refusal(CloseReason reason, std::string_view peer, const ListenerConfig& listener,
                 std::string_view what) {
  static std::deque<LogLimit> limits = limits_for(kCloseReasonCount);
  write(limits[static_cast<std::size_t>(reason)], peer, listener, what.empty() ? sentence_of(reason) : what);
}

void log_dropped_datagrams(std::string_view peer, const ListenerConfig& listener) {
  static LogLimit limit(kInterval);
  write(limit, peer, listener, "its datagrams are no packets, and are left unread for a while");
}

}  // namespace rastro
