#include "forwarder/webhooks/poster.h"

#include <sys/socket.h>

#include "forwarder/curl.h"
#include "forwarder/webhooks/target.h"

namespace rastro::webhooks {

struct Poster::Transfer : curl::Easy {
  explicit Transfer(const Options& options);
  ~Transfer() { break_off(); }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  void begin(const Post& post);
  void finish(CURLcode result);

  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* user);
  static curl_socket_t on_socket(void* user, curlsocktype, curl_sockaddr* address);

  const bool allow_private;
  curl::Headers headers;
  bool refused = false;  // an address was private
  PostAnswer answer;
};

Poster::Transfer::Transfer(const Options& options) : allow_private(options.allow_private) {
  set_safe(options.timeout);
  set(CURLOPT_NOPROXY, "*");  // a proxy would connect to where it likes
  set(CURLOPT_USERAGENT, options.user_agent.c_str());
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_OPENSOCKETFUNCTION, &on_socket);
  set(CURLOPT_OPENSOCKETDATA, this);
}

std::size_t Poster::Transfer::on_body(char* data, std::size_t, std::size_t size, void* user) {
  curl::append_body({data, size}, kMaxBody, static_cast<Transfer*>(user)->answer.body);
  return size;
}

// After the name was resolved, so that no name can hide an address.
curl_socket_t Poster::Transfer::on_socket(void* user, curlsocktype, curl_sockaddr* address) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  if (!transfer.allow_private && !is_public_address(address->addr)) {
    transfer.refused = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void Poster::Transfer::begin(const Post& post) {
  answer = {};
  answer.number = post.number;
  refused = false;
  clear_error();
  headers.clear();
  headers.add("Content-Type: application/json");
  headers.add("Expect:");  // no waiting for leave to send a body this small
  headers.add("webhook-id: " + post.id);
  headers.add("webhook-timestamp: " + std::to_string(post.timestamp_s));
  headers.add("webhook-signature: " + post.signature);
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_URL, post.url.c_str());
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size()));
  set(CURLOPT_COPYPOSTFIELDS, post.body.c_str());
}

void Poster::Transfer::finish(CURLcode result) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(get(), CURLINFO_TOTAL_TIME_T, &microseconds);
  answer.duration = std::chrono::milliseconds(microseconds / 1000);
  if (result == CURLE_OK && status() != 0) {
    answer.status = status();
    return;
  }
  // An answer that broke off is none, whatever its first line said.
  answer.fault = refused ? "the address is private (webhooks.allow_private)" : fault(result);
}

Poster::Poster(const Options& options) : multi_(std::make_unique<curl::Multi>()) {
  for (std::size_t i = 0; i < options.concurrency; ++i) {
    transfers_.push_back(std::make_unique<Transfer>(options));
    idle_.push_back(transfers_.back().get());
  }
}

Poster::~Poster() = default;

void Poster::post(const Post& post) {
  Transfer& transfer = *idle_.back();
  transfer.begin(post);
  multi_->add(transfer);
  idle_.pop_back();
}

std::vector<PostAnswer> Poster::wait(std::chrono::milliseconds timeout) {
  std::vector<PostAnswer> answers;
  for (const curl::Multi::Ended& ended : multi_->wait(timeout)) {
    Transfer& transfer = static_cast<Transfer&>(ended.easy);
    transfer.finish(ended.result);
    idle_.push_back(&transfer);
    answers.push_back(std::move(transfer.answer));
  }
  return answers;
}

}  // namespace rastro::webhooks
