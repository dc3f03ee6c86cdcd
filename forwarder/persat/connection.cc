#include "forwarder/persat/connection.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "forwarder/curl.h"

namespace rastro::persat {
namespace {

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

struct Connection::Handle : curl::Easy {
  explicit Handle(const Options& options)
      : base_url(without_last_slash(options.base_url)), max_answer(options.max_answer) {}

  void set_up(const Options& options);
  void set_request(const HttpRequest& request);

  static std::size_t on_header(char* data, std::size_t, std::size_t size, void* user);
  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* user);

  const std::string base_url;
  const std::size_t max_answer;
  curl::Headers headers;
  HttpAnswer answer;
};

std::size_t Connection::Handle::on_header(char* data, std::size_t, std::size_t size, void* user) {
  const std::string_view value = curl::find_retry_after({data, size});
  if (!value.empty()) static_cast<Handle*>(user)->answer.retry_after = value;
  return size;
}

std::size_t Connection::Handle::on_body(char* data, std::size_t, std::size_t size, void* user) {
  Handle& handle = *static_cast<Handle*>(user);
  if (curl::append_body({data, size}, handle.max_answer, handle.answer.body)) return size;
  handle.answer.failure = NoAnswer::kTooLarge;
  return 0;  // ends the transfer
}

void Connection::Handle::set_up(const Options& options) {
  headers.add("Authorization: Bearer " + options.api_key);
  headers.add("Content-Type: application/json");
  headers.add("Accept: application/json");
  headers.add("Expect:");  // no waiting for leave to send a body this small
  set(CURLOPT_HTTPHEADER, headers.get());
  set_safe(options.timeout);
  if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
  if (!options.proxy.empty()) set(CURLOPT_PROXY, options.proxy.c_str());
  // The headers above, and the key among them, are Persat's and not the proxy's.
  set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  set(CURLOPT_USERAGENT, options.user_agent.c_str());
  set(CURLOPT_ACCEPT_ENCODING, "");  // whatever libcurl can read
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, this);
}

void Connection::Handle::set_request(const HttpRequest& request) {
  set(CURLOPT_URL, (base_url + request.target).c_str());
  const bool with_body = request.method == Method::kPost || request.method == Method::kPut;
  if (with_body) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.c_str());
  } else {
    set(CURLOPT_HTTPGET, 1L);
  }
  const bool by_name = request.method == Method::kPut || request.method == Method::kDelete;
  set(CURLOPT_CUSTOMREQUEST, by_name ? method_name(request.method) : static_cast<const char*>(nullptr));
}

Connection::Connection(const Options& options) {
  check_key(options.api_key);
  check_url(options.base_url);
  handle_ = std::make_unique<Handle>(options);
  handle_->set_up(options);
}

Connection::~Connection() = default;

HttpAnswer Connection::send(const HttpRequest& request) {
  Handle& handle = *handle_;
  handle.answer = {};
  handle.clear_error();
  handle.set_request(request);
  const CURLcode result = curl_easy_perform(handle.get());
  HttpAnswer answer = std::move(handle.answer);
  answer.status = handle.status();
  if (answer.failure == NoAnswer::kTooLarge) {
    answer.fault = "longer than " + std::to_string(handle.max_answer) + " bytes";
  } else if (result != CURLE_OK) {
    // An answer that broke off is none, whatever its first line said.
    answer = {};
    answer.failure = result == CURLE_OPERATION_TIMEDOUT ? NoAnswer::kTimeout : NoAnswer::kTransport;
    answer.fault = handle.fault(result);
  }
  return answer;
}

}  // namespace rastro::persat
