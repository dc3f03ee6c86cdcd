#include "tests/support/hook_receiver.h"

#include <algorithm>
#include <boost/json.hpp>
#include <mutex>
#include <thread>

#include "forwarder/webhooks/signature.h"
#include "gateway/net/asio.h"
#include "tests/support/child_process.h"

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace rastro::test {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;

std::string type_of(const std::string& body) {
  json::error_code error;
  const json::value value = json::parse(body, error);
  if (error || !value.is_object()) return {};
  const json::value* type = value.get_object().if_contains("eventType");
  return type != nullptr && type->is_string() ? std::string(type->get_string()) : std::string();
}

std::string header(const http::request<http::string_body>& request, beast::string_view name) {
  const auto value = request[name];
  return {value.data(), value.size()};
}

}  // namespace

bool Received::is_signed_with(const std::string& secret) const {
  return webhooks::sign(secret, id, std::stoll(timestamp), body) == signature;
}

struct HookReceiver::State {
  asio::io_context io{1};
  tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)};
  std::thread thread;

  mutable std::mutex mutex;
  std::vector<Received> received;  // these three protected by mutex
  int status = 200;
  std::string answer = "taken";

  void accept() {
    acceptor.async_accept([this](error_code error, tcp::socket socket) {
      if (error) return;
      serve(std::move(socket));
      accept();
    });
  }
  // One request of a connection; blocking, as the gateway sends all of it at once.
  void serve(tcp::socket socket) {
    beast::flat_buffer buffer;
    http::request<http::string_body> request;
    error_code error;
    http::read(socket, buffer, request, error);
    if (error) return;
    http::response<http::string_body> response;
    {
      const std::lock_guard lock(mutex);
      const auto target = request.target();
      received.push_back({.path = {target.data(), target.size()},
                          .id = header(request, "webhook-id"),
                          .timestamp = header(request, "webhook-timestamp"),
                          .signature = header(request, "webhook-signature"),
                          .body = request.body(),
                          .type = type_of(request.body())});
      if (status == 0) return;
      response.result(static_cast<unsigned>(status));
      response.body() = answer;
    }
    response.keep_alive(false);
    response.prepare_payload();
    http::write(socket, response, error);
  }
};

HookReceiver::HookReceiver() : state_(std::make_unique<State>()) {
  state_->accept();
  state_->thread = std::thread([this] { state_->io.run(); });
}

HookReceiver::~HookReceiver() {
  state_->io.stop();
  state_->thread.join();
}

std::string HookReceiver::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(state_->acceptor.local_endpoint().port()) + path;
}

void HookReceiver::answer_with(int status, const std::string& body) {
  const std::lock_guard lock(state_->mutex);
  state_->status = status;
  state_->answer = body;
}

std::vector<Received> HookReceiver::received() const {
  const std::lock_guard lock(state_->mutex);
  return state_->received;
}

std::vector<Received> HookReceiver::received(const std::string& type) const {
  std::vector<Received> all = received();
  std::erase_if(all, [&](const Received& one) { return one.type != type; });
  return all;
}

bool HookReceiver::gets(const std::string& type, std::size_t count) const {
  return eventually([&] { return received(type).size() >= count; });
}

}  // namespace rastro::test
