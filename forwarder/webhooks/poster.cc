#include "forwarder/webhooks/poster.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>

#include "forwarder/curl.h"
#include "forwarder/webhooks/target.h"

namespace rastro::webhooks {
namespace {

using curl::set;

}  // namespace

struct Poster::Multi {
  Multi() : handle(curl_multi_init()) {
    if (handle == nullptr) throw std::bad_alloc();
  }
  ~Multi() { curl_multi_cleanup(handle); }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  CURLM* handle;
};

// A request's place, used again and again.
struct Poster::Transfer {
  Transfer(const Options& options, CURLM* to);
  ~Transfer() {
    if (under_way) curl_multi_remove_handle(multi, easy);
    curl_easy_cleanup(easy);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  void begin(const Post& post);
  void finish(CURLcode result);

  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* user);
  static curl_socket_t on_socket(void* user, curlsocktype, curl_sockaddr* address);

  CURLM* const multi;
  CURL* const easy;
  const bool allow_private;
  curl::Headers headers;
  bool under_way = false;
  bool refused = false;  // an address was private
  PostAnswer answer;
  std::array<char, CURL_ERROR_SIZE> error{};
};

Poster::Transfer::Transfer(const Options& options, CURLM* to)
    : multi(to), easy(curl_easy_init()), allow_private(options.allow_private) {
  if (easy == nullptr) throw std::bad_alloc();
  curl::set_safe(easy, options.timeout);
  set(easy, CURLOPT_NOPROXY, "*");  // a proxy would connect to where it likes
  set(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  set(easy, CURLOPT_ERRORBUFFER, error.data());
  set(easy, CURLOPT_WRITEFUNCTION, &on_body);
  set(easy, CURLOPT_WRITEDATA, this);
  set(easy, CURLOPT_OPENSOCKETFUNCTION, &on_socket);
  set(easy, CURLOPT_OPENSOCKETDATA, this);
  set(easy, CURLOPT_PRIVATE, this);
}

std::size_t Poster::Transfer::on_body(char* data, std::size_t, std::size_t size, void* user) {
  std::string& body = static_cast<Transfer*>(user)->answer.body;
  body.append(data, std::min(size, kMaxBody - body.size()));
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
  error[0] = '\0';
  headers.clear();
  headers.add("Content-Type: application/json");
  headers.add("Expect:");  // no waiting for leave to send a body this small
  headers.add("webhook-id: " + post.id);
  headers.add("webhook-timestamp: " + std::to_string(post.timestamp_s));
  headers.add("webhook-signature: " + post.signature);
  set(easy, CURLOPT_HTTPHEADER, headers.get());
  set(easy, CURLOPT_URL, post.url.c_str());
  set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size()));
  set(easy, CURLOPT_COPYPOSTFIELDS, post.body.c_str());
}

void Poster::Transfer::finish(CURLcode result) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &microseconds);
  answer.duration = std::chrono::milliseconds(microseconds / 1000);
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  if (result == CURLE_OK && status != 0) {
    answer.status = static_cast<int>(status);
    return;
  }
  // An answer that broke off is none, whatever its first line said.
  if (refused) {
    answer.fault = "the address is private (webhooks.allow_private)";
  } else {
    answer.fault = error[0] != '\0' ? error.data() : curl_easy_strerror(result);
  }
}

Poster::Poster(const Options& options) {
  curl::initialise();
  multi_ = std::make_unique<Multi>();
  for (std::size_t i = 0; i < options.concurrency; ++i) {
    transfers_.push_back(std::make_unique<Transfer>(options, multi_->handle));
    idle_.push_back(transfers_.back().get());
  }
}

Poster::~Poster() = default;

void Poster::post(const Post& post) {
  Transfer& transfer = *idle_.back();
  transfer.begin(post);
  const CURLMcode code = curl_multi_add_handle(multi_->handle, transfer.easy);
  if (code != CURLM_OK) throw std::runtime_error(curl_multi_strerror(code));
  transfer.under_way = true;
  idle_.pop_back();
}

std::vector<PostAnswer> Poster::wait(std::chrono::milliseconds timeout) {
  int running = 0;
  curl_multi_perform(multi_->handle, &running);
  std::vector<PostAnswer> answers = collect();
  if (!answers.empty()) return answers;
  curl_multi_poll(multi_->handle, nullptr, 0, static_cast<int>(timeout.count()), nullptr);
  curl_multi_perform(multi_->handle, &running);
  return collect();
}

std::vector<PostAnswer> Poster::collect() {
  std::vector<PostAnswer> answers;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_->handle, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode result = message->data.result;
    CURL* const easy = message->easy_handle;
    char* user = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &user);
    Transfer& transfer = *reinterpret_cast<Transfer*>(user);
    transfer.finish(result);
    curl_multi_remove_handle(multi_->handle, easy);
    transfer.under_way = false;
    idle_.push_back(&transfer);
    answers.push_back(std::move(transfer.answer));
  }
  return answers;
}

}  // namespace rastro::webhooks
