// Asio, included in one way everywhere (precompiled; the implementation is compiled once, in asio.cc).
#pragma once

#include <boost/asio.hpp>

namespace rastro {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = boost::asio::ip::tcp;
using udp = boost::asio::ip::udp;

}  // namespace rastro
