#include "forwarder/persat/connection.h"

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <string_view>

#include "forwarder/curl.h"

namespace rastro::persat {
namespace {

using curl::set;

// A line end in it would be a header more. The key stands in no message.
void check_key(const std::string& key) {
  const auto goes_into_a_header = [](char c) { return c > ' ' && c <= '~'; };
  if (key.empty()) throw std::runtime_error("Persat's API key is empty");
  if (!std::ranges::all_of(key, goes_into_a_header)) {
    throw std::runtime_error("Persat's API key has characters that no header takes");
  }
}

std::string without_last_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

void check_url(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), &curl_url_cleanup);
  const CURLUcode code = curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0);
  if (code != CURLUE_OK) throw std::runtime_error(url + ": " + curl_url_strerror(code));
}

}  // namespace

const char* method_name(Method method) {
  switch (method) {
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kDelete:
      return "DELETE";
    case Method::kGet:
      break;
  }
  return "GET";
}

struct Connection::Handle {
  explicit Handle(const Options& options)
      : base_url(without_last_slash(options.base_url)),
        max_answer(options.max_answer),
        easy(curl_easy_init()) {
    if (easy == nullptr) throw std::bad_alloc();
  }
  ~Handle() { curl_easy_cleanup(easy); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  void set_up(const Options& options);
  void set_request(const HttpRequest& request);

  static std::size_t on_header(char* data, std::size_t, std::size_t size, void* user);
  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* user);

  const std::string base_url;
  const std::size_t max_answer;
  CURL* easy;
  curl::Headers headers;
  HttpAnswer answer;
  std::array<char, CURL_ERROR_SIZE> error{};
};

std::size_t Connection::Handle::on_header(char* data, std::size_t, std::size_t size, void* user) {
  const std::string_view value = curl::find_retry_after({data, size});
  if (!value.empty()) static_cast<Handle*>(user)->answer.retry_after = value;
  return size;
}

std::size_t Connection::Handle::on_body(char* data, std::size_t, std::size_t size, void* user) {
  Handle& handle = *static_cast<Handle*>(user);
  if (handle.answer.body.size() + size > handle.max_answer) {
    handle.answer.failure = NoAnswer::kTooLarge;
    return 0;  // ends the transfer
  }
  handle.answer.body.append(data, size);
  return size;
}

void Connection::Handle::set_up(const Options& options) {
  headers.add("Authorization: Bearer " + options.api_key);
  headers.add("Content-Type: application/json");
  headers.add("Accept: application/json");
  headers.add("Expect:");  // no waiting for leave to send a body this small
  set(easy, CURLOPT_HTTPHEADER, headers.get());
  curl::set_safe(easy, options.timeout);
  if (!options.ca_file.empty()) set(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  if (!options.proxy.empty()) set(easy, CURLOPT_PROXY, options.proxy.c_str());
  // The headers above, and the key among them, are Persat's and not the proxy's.
  set(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  set(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  set(easy, CURLOPT_ACCEPT_ENCODING, "");  // whatever libcurl can read
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy, CURLOPT_ERRORBUFFER, error.data());
  set(easy, CURLOPT_HEADERFUNCTION, &on_header);
  set(easy, CURLOPT_HEADERDATA, this);
  set(easy, CURLOPT_WRITEFUNCTION, &on_body);
  set(easy, CURLOPT_WRITEDATA, this);
}

void Connection::Handle::set_request(const HttpRequest& request) {
  set(easy, CURLOPT_URL, (base_url + request.target).c_str());
  const bool with_body = request.method == Method::kPost || request.method == Method::kPut;
  if (with_body) {
    set(easy, CURLOPT_POST, 1L);
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(easy, CURLOPT_POSTFIELDS, request.body.c_str());
  } else {
    set(easy, CURLOPT_HTTPGET, 1L);
  }
  const bool by_name = request.method == Method::kPut || request.method == Method::kDelete;
  set(easy, CURLOPT_CUSTOMREQUEST, by_name ? method_name(request.method) : static_cast<const char*>(nullptr));
}

Connection::Connection(const Options& options) {
  curl::initialise();
  check_key(options.api_key);
  check_url(options.base_url);
  handle_ = std::make_unique<Handle>(options);
  handle_->set_up(options);
}

Connection::~Connection() = default;

HttpAnswer Connection::send(const HttpRequest& request) {
  Handle& handle = *handle_;
  handle.answer = {};
  handle.error[0] = '\0';
  handle.set_request(request);
  const CURLcode result = curl_easy_perform(handle.easy);
  long status = 0;
  curl_easy_getinfo(handle.easy, CURLINFO_RESPONSE_CODE, &status);
  HttpAnswer answer = std::move(handle.answer);
  answer.status = static_cast<int>(status);
  if (answer.failure == NoAnswer::kTooLarge) {
    answer.fault = "longer than " + std::to_string(handle.max_answer) + " bytes";
  } else if (result != CURLE_OK) {
    // An answer that broke off is none, whatever its first line said.
    answer = {};
    answer.failure = result == CURLE_OPERATION_TIMEDOUT ? NoAnswer::kTimeout : NoAnswer::kTransport;
    answer.fault = handle.error[0] != '\0' ? handle.error.data() : curl_easy_strerror(result);
  }
  return answer;
}

}  // namespace rastro::persat
