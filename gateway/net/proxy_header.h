// The header of the PROXY protocol, version 2, by which a proxy says whose connection it passes on (the
// specification is haproxy's doc/proxy-protocol.txt; section 2.2 has the bytes). Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gateway/net/ip_network.h"
#include "schema/bytes.h"

namespace rastro {

struct ProxyHeader {
  enum class Kind : std::uint8_t {
    kNeedsMore,  // `size` bytes at least, all of which belong to the header
    kProxied,    // `source` is who connected to the proxy
    kLocal,      // the proxy speaks for itself: a health check
    kBad,
  };
  Kind kind = Kind::kBad;
  std::size_t size = 0;
  IpAddress source = {};
};

// What fits before any address: who reads no more than `size` at a time never reads what is behind the
// header.
inline constexpr std::size_t kProxyHeaderFixedSize = 16;

// Reads the header at the front of `in`, of which further bytes are not looked at.
ProxyHeader read_proxy_header(ByteView in);

}  // namespace rastro
