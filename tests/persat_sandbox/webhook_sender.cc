#include "tests/persat_sandbox/webhook_sender.h"

#include <boost/beast.hpp>
#include <chrono>
#include <memory>
#include <stdexcept>

namespace persat_sandbox {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using rastro::error_code;
using rastro::tcp;

constexpr std::string_view kScheme = "http://";
constexpr std::chrono::seconds kTimeout{15};

class Sending : public std::enable_shared_from_this<Sending> {
 public:
  Sending(rastro::asio::io_context& io, http::request<http::string_body> request,
          std::function<void(bool)> on_answer)
      : resolver_(io), stream_(io), request_(std::move(request)), on_answer_(std::move(on_answer)) {}

  void start(const std::string& host, const std::string& port) {
    resolver_.async_resolve(
        host, port, [self = shared_from_this()](error_code error, const tcp::resolver::results_type& found) {
          error ? self->on_answer_(false) : self->connect(found);
        });
  }

 private:
  void connect(const tcp::resolver::results_type& found) {
    stream_.expires_after(kTimeout);
    stream_.async_connect(found, [self = shared_from_this()](error_code error, const tcp::endpoint&) {
      error ? self->on_answer_(false) : self->write();
    });
  }

  void write() {
    http::async_write(stream_, request_, [self = shared_from_this()](error_code error, std::size_t) {
      error ? self->on_answer_(false) : self->read();
    });
  }

  void read() {
    http::async_read(stream_, buffer_, response_, [self = shared_from_this()](error_code error, std::size_t) {
      self->on_answer_(!error &&
                       http::to_status_class(self->response_.result()) == http::status_class::successful);
    });
  }

  tcp::resolver resolver_;
  beast::tcp_stream stream_;
  http::request<http::string_body> request_;
  const std::function<void(bool)> on_answer_;
  beast::flat_buffer buffer_;
  http::response<http::string_body> response_;
};

}  // namespace

WebhookSender::WebhookSender(rastro::asio::io_context& io, const std::string& url) : io_(io) {
  const std::size_t slash = url.find('/', kScheme.size());
  if (!url.starts_with(kScheme) || slash == std::string::npos)
    throw std::runtime_error("--webhook-url is http://HOST[:PORT]/PATH");
  const std::string authority = url.substr(kScheme.size(), slash - kScheme.size());
  const std::size_t colon = authority.rfind(':');
  host_ = authority.substr(0, colon);
  port_ = colon == std::string::npos ? "80" : authority.substr(colon + 1);
  path_ = url.substr(slash);
}

void WebhookSender::send(std::string body, std::function<void(bool)> on_answer) {
  constexpr unsigned kHttp11 = 11;
  http::request<http::string_body> request(http::verb::post, path_, kHttp11, std::move(body));
  request.set(http::field::host, host_ + ":" + port_);
  request.set(http::field::content_type, "application/json");
  request.keep_alive(false);
  request.prepare_payload();
  std::make_shared<Sending>(io_, std::move(request), std::move(on_answer))->start(host_, port_);
}

}  // namespace persat_sandbox
