// Asio, included in one way everywhere (precompiled; the implementation is compiled once, in asio.cc).
#pragma once

#include <boost/asio.hpp>

#include "gateway/net/ip_network.h"

namespace rastro {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = boost::asio::ip::tcp;
using udp = boost::asio::ip::udp;

inline IpAddress ip_address(const asio::ip::address& address) {
  return address.is_v4() ? IpAddress(address.to_v4().to_bytes()) : IpAddress(address.to_v6().to_bytes());
}

}  // namespace rastro
