#include "tests/persat_sandbox/server.h"

#include <boost/beast.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>

namespace persat_sandbox {
namespace {

namespace asio = rastro::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using rastro::error_code;
using rastro::tcp;

constexpr std::size_t kMaxBody = 1U << 20;
constexpr std::chrono::seconds kIdleTime{120};

class Session : public std::enable_shared_from_this<Session> {
 public:
  // on_answered() after each request, when its answer is made.
  Session(tcp::socket socket, Sandbox& sandbox, std::function<void()> on_answered)
      : stream_(std::move(socket)),
        stall_(stream_.get_executor()),
        sandbox_(sandbox),
        on_answered_(std::move(on_answered)) {}

  void read() {
    parser_.emplace();
    parser_->body_limit(kMaxBody);
    stream_.expires_after(kIdleTime);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
      if (!error) self->answer();
    });
  }

 private:
  void answer() {
    const auto& message = parser_->get();
    const std::string target(message.target());
    const std::size_t mark = target.find('?');
    const Reply reply =
        sandbox_.answer({message.method_string(), target.substr(0, mark), message[http::field::authorization],
                         message[http::field::content_type], message.body(),
                         mark == std::string::npos ? "" : target.substr(mark + 1)});
    on_answered_();
    response_ = {http::status(static_cast<unsigned>(reply.status)), message.version()};
    response_.set(http::field::content_type, reply.content_type);
    if (!reply.retry_after.empty()) response_.set(http::field::retry_after, reply.retry_after);
    response_.keep_alive(message.keep_alive());
    response_.body() = reply.body;
    response_.prepare_payload();
    switch (reply.delivery) {
      case Delivery::kWhole:
        return write();
      case Delivery::kCut:
        return cut();
      case Delivery::kSlow:
        return write_slowly(std::chrono::seconds(reply.stall_s));
      case Delivery::kStall:
        stall_.expires_after(std::chrono::seconds(reply.stall_s));
        stall_.async_wait([self = shared_from_this()](error_code) { self->close(); });
    }
  }

  void write() {
    http::async_write(stream_, response_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return;
      self->response_.keep_alive() ? self->read() : self->close();
    });
  }

  // All but the last bytes of the answer, and the connection ends.
  void cut() {
    std::ostringstream text;
    text << response_;
    text_ = text.str();
    text_.resize(text_.size() - 5);
    asio::async_write(stream_, asio::buffer(text_),
                      [self = shared_from_this()](error_code, std::size_t) { self->close(); });
  }

  // All but the last bytes of the answer, a pause, and the rest.
  void write_slowly(std::chrono::seconds pause) {
    std::ostringstream text;
    text << response_;
    text_ = text.str();
    const auto first = asio::buffer(text_, text_.size() - 5);
    asio::async_write(stream_, first, [self = shared_from_this(), pause](error_code error, std::size_t size) {
      if (error) return;
      self->stall_.expires_after(pause);
      self->stall_.async_wait([self, size](error_code) {
        asio::async_write(self->stream_, asio::buffer(self->text_) + size,
                          [self](error_code failed, std::size_t) {
                            if (!failed) self->read();
                          });
      });
    });
  }

  void close() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
  }

  beast::tcp_stream stream_;
  asio::steady_timer stall_;
  Sandbox& sandbox_;
  const std::function<void()> on_answered_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  std::string text_;
};

}  // namespace

Server::Server(const std::string& address, std::uint16_t port, Sandbox& sandbox,
               const std::string& webhook_url)
    : sandbox_(sandbox), acceptor_(io_, tcp::endpoint(asio::ip::make_address(address), port)) {
  if (!webhook_url.empty()) sender_.emplace(io_, webhook_url);
}

std::string Server::url() const {
  std::ostringstream url;
  url << "http://" << acceptor_.local_endpoint();
  return url.str();
}

void Server::run() {
  asio::signal_set signals(io_, SIGINT, SIGTERM);
  signals.async_wait([this](error_code, int) { io_.stop(); });
  accept();
  io_.run();
}

void Server::accept() {
  acceptor_.async_accept([this](error_code error, tcp::socket socket) {
    if (!error) {
      std::make_shared<Session>(std::move(socket), sandbox_, [this] { send_events(); })->read();
    }
    accept();
  });
}

void Server::send_events() {
  for (std::string& body : sandbox_.take_events()) {
    if (sender_) sender_->send(std::move(body), [this](bool well) { sandbox_.webhook_answered(well); });
  }
}

}  // namespace persat_sandbox
