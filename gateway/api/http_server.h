// Serves the router over HTTP/1.1 with keep-alive, on a few threads of its own. Requests have limits of size
// and time.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/api/router.h"
#include "gateway/metrics/metrics.h"
#include "gateway/net/asio.h"

namespace rastro {

class HttpServer {
 public:
  // Throws boost::system::system_error with the address in it when the port is taken.
  HttpServer(const std::string& bind, const Router& router, Metrics& metrics);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  void start();
  void stop();
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void accept();

  const Router& router_;
  Metrics& metrics_;
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::vector<std::thread> threads_;
};

}  // namespace rastro
