#include "gateway/api/http_server.h"

#include <boost/beast.hpp>

#include "gateway/net/tcp_listener.h"
#include "gateway/this_thread.h"

namespace rastro {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::size_t kMaxBody = 1U << 20;
constexpr std::size_t kMaxHeader = 16U << 10;
constexpr std::chrono::seconds kTimeout{30};
constexpr std::chrono::seconds kLinger{5};
// A line slower than that is taken for a dead one.
constexpr std::size_t kSlowestBytesASecond = 32U << 10;
// So that a report of seconds does not hold up the others; as many as TrackReader has connections.
constexpr int kThreads = 4;

std::string path_of(const std::string& target) { return target.substr(0, target.find('?')); }

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(tcp::socket socket, const Router& router, Metrics& metrics)
      : stream_(std::move(socket)), router_(router), metrics_(metrics) {
    error_code error;
    const auto peer = stream_.socket().remote_endpoint(error);
    if (!error) address_ = peer.address().to_string();
  }

  void start() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->read(); });
  }

 private:
  void read() {
    parser_.emplace();
    parser_->body_limit(kMaxBody);
    parser_->header_limit(kMaxHeader);
    stream_.expires_after(kTimeout);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error == http::error::end_of_stream) return self->close();
      if (error == http::error::body_limit) return self->refuse_body();
      if (error) return;
      self->answer();
    });
  }

  void answer() {
    const auto& message = parser_->get();
    HttpRequest request;
    request.method = message.method_string();
    const std::string target(message.target());
    const std::size_t question = target.find('?');
    request.path = path_of(target);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.authorization = message[http::field::authorization];
    request.content_type = message[http::field::content_type];
    request.accept = message[http::field::accept];
    request.address = address_;
    request.if_none_match = message[http::field::if_none_match];
    request.body = message.body();

    std::string_view route;
    HttpResponse answer = router_.answer(request, route);
    send(answer, route, message.keep_alive());
  }

  // The connection ends with the answer.
  void refuse_body() {
    const auto& message = parser_->get();
    send({.status = 413,
          .body = R"({"success":false,"error":{"status":413,"type":"PAYLOAD_TOO_LARGE",)"
                  R"("userMessage":"El cuerpo no puede superar 1 MiB"}})"},
         router_.route_of(std::string(message.method_string()), path_of(std::string(message.target()))),
         false);
  }

  void send(HttpResponse answer, std::string_view route, bool keep_alive) {
    metrics_.http(route, answer.status).Increment();
    response_ = {http::status(static_cast<unsigned>(answer.status)), parser_->get().version()};
    response_.set(http::field::content_type, answer.content_type);
    response_.set(http::field::cache_control, answer.etag.empty() ? "no-store" : "private, no-cache");
    if (!answer.etag.empty()) response_.set(http::field::etag, answer.etag);
    for (const HttpHeader& header : answer.headers) response_.set(header.name, header.value);
    response_.set("X-Content-Type-Options", "nosniff");
    response_.keep_alive(keep_alive);
    response_.body() = std::move(answer.body);
    response_.prepare_payload();
    stream_.expires_after(kTimeout + std::chrono::seconds(response_.body().size() / kSlowestBytesASecond));
    http::async_write(stream_, response_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return;
      if (self->response_.keep_alive()) return self->read();
      self->close();
      if (self->response_.result() == http::status::payload_too_large) self->linger();
    });
  }

  // Whoever is still sending would lose the answer if the connection were gone (RFC 9112, 9.6): what comes is
  // thrown away, for a while.
  void linger() {
    stream_.expires_after(kLinger);
    discard();
  }
  void discard() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(kMaxHeader),
                            [self = shared_from_this()](error_code error, std::size_t) {
                              if (!error) self->discard();
                            });
  }

  void close() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  beast::tcp_stream stream_;
  const Router& router_;
  Metrics& metrics_;
  std::string address_;  // of the other side
  beast::flat_buffer buffer_{kMaxHeader + kMaxBody};
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
};

}  // namespace

HttpServer::HttpServer(const std::string& bind, const Router& router, Metrics& metrics)
    : router_(router), metrics_(metrics), acceptor_(io_) {
  const auto endpoint = bind_endpoint<tcp::endpoint>(bind);
  try {
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen();
  } catch (const boost::system::system_error& e) {
    throw boost::system::system_error(e.code(), "cannot serve HTTP on " + bind);
  }
}

HttpServer::~HttpServer() { stop(); }

void HttpServer::start() {
  accept();
  for (int i = 0; i < kThreads; ++i)
    threads_.emplace_back([this] {
      name_this_thread("http");
      io_.run();
    });
}

void HttpServer::stop() {
  io_.stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void HttpServer::accept() {
  // A strand for each connection: its time-out and its reading are never in two threads.
  acceptor_.async_accept(asio::make_strand(io_), [this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) std::make_shared<HttpSession>(std::move(socket), router_, metrics_)->start();
    accept();
  });
}

}  // namespace rastro
