// Why a connection ended, or was not taken on: a label of metrics, and what the log says of it. Values; any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rastro {

enum class CloseReason : std::uint8_t {
  kPeerClosed,
  kReset,
  kLoginTimeout,
  kIdleTimeout,
  kStray,            // HTTP, TLS, …: rastro_strays_total has the kind
  kWrongProtocol,    // another tracker protocol's device on this port
  kRejectedDevice,   // devices.unknown: reject, or the device is disabled
  kNewerConnection,  // the same identity logged in again
  kUnparsedLimit,
  kUnreadable,  // the stream cannot be resynchronised
  kSlowReader,  // takes no replies
  kTooMany,     // limits.max_connections
  kShutdown,
  // Of connections that have not said who they are:
  kNewcomerLimit,  // limits.max_unidentified
  kAddressLimit,   // limits.unidentified_per_address
  kNetworkLimit,   // limits.unidentified_per_network
  kAddressRate,    // limits.unidentified_per_address_second
  kNetworkRate,    // limits.unidentified_per_network_second
  // Of any:
  kBufferLimit,        // limits.max_buffered_mib
  kTooManyIdentities,  // limits.identities_per_connection
  kProxyHeader,        // a named proxy that does not begin with its header
  kTlsHandshake,       // no TLS, or none that we speak
  kClientCertificate,  // none, one that is not good, or one of another device
};
inline constexpr std::size_t kCloseReasonCount = 23;

// As a label.
std::string_view close_reason_name(CloseReason reason);

}  // namespace rastro
