// Serves a Sandbox over HTTP/1.1 with keep-alive, on the caller's thread.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/net/asio.h"
#include "tests/persat_sandbox/sandbox.h"

namespace persat_sandbox {

class Server {
 public:
  // Throws boost::system::system_error when the address is taken.
  Server(const std::string& address, std::uint16_t port, Sandbox& sandbox);

  std::string url() const;
  // Until SIGINT or SIGTERM.
  void run();

 private:
  void accept();

  Sandbox& sandbox_;
  rastro::asio::io_context io_{1};
  rastro::tcp::acceptor acceptor_;
};

}  // namespace persat_sandbox
