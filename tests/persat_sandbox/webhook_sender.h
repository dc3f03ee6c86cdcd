// Posts the sandbox's events to one URL, each once: Persat's retries (persat-api.md 4.2) are not played. On
// the thread that runs the io_context.
#pragma once

#include <functional>
#include <string>

#include "gateway/net/asio.h"

namespace persat_sandbox {

class WebhookSender {
 public:
  // `url`: http://HOST[:PORT]/PATH. Throws std::runtime_error when it is none.
  WebhookSender(rastro::asio::io_context& io, const std::string& url);

  // on_answer(well) once an answer of 2xx, another, or none came; it and this outlive that.
  void send(std::string body, std::function<void(bool)> on_answer);

 private:
  rastro::asio::io_context& io_;
  std::string host_;
  std::string port_;
  std::string path_;
};

}  // namespace persat_sandbox
