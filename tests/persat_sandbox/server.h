// Serves a Sandbox over HTTP/1.1 with keep-alive, on the caller's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/net/asio.h"
#include "tests/persat_sandbox/sandbox.h"
#include "tests/persat_sandbox/webhook_sender.h"

namespace persat_sandbox {

class Server {
 public:
  // `webhook_url`: where the sandbox's events are posted to; empty: nowhere. Throws
  // boost::system::system_error when the address is taken, std::runtime_error when the URL is none.
  Server(const std::string& address, std::uint16_t port, Sandbox& sandbox, const std::string& webhook_url);

  std::string url() const;
  // Until SIGINT or SIGTERM.
  void run();

 private:
  void accept();
  void send_events();

  Sandbox& sandbox_;
  rastro::asio::io_context io_{1};
  rastro::tcp::acceptor acceptor_;
  std::optional<WebhookSender> sender_;
};

}  // namespace persat_sandbox
