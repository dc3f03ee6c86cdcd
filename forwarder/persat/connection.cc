#include "forwarder/persat/connection.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <string_view>

namespace rastro::persat {
namespace {

constexpr std::chrono::milliseconds kMaxConnectTime{10000};
// One more than a header can be of any use; a Retry-After date has 29 characters.
constexpr std::size_t kMaxRetryAfter = 64;

void initialise_curl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

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
  ~Handle() {
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  void add_header(const std::string& line) {
    curl_slist* longer = curl_slist_append(headers, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    headers = longer;
  }
  void set_up(const Options& options);
  void set_request(const HttpRequest& request);

  static std::size_t on_header(char* data, std::size_t, std::size_t size, void* user);
  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* user);

  const std::string base_url;
  const std::size_t max_answer;
  CURL* easy;
  curl_slist* headers = nullptr;
  HttpAnswer answer;
  std::array<char, CURL_ERROR_SIZE> error{};
};

std::size_t Connection::Handle::on_header(char* data, std::size_t, std::size_t size, void* user) {
  constexpr std::string_view kName = "retry-after:";
  const std::string_view line(data, size);
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  if (!std::ranges::equal(line.substr(0, kName.size()), kName, {}, lower)) return size;
  std::string_view value = line.substr(kName.size());
  const std::size_t first = value.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return size;
  value = value.substr(first, value.find_last_not_of(" \t\r\n") - first + 1);
  static_cast<Handle*>(user)->answer.retry_after = value.substr(0, kMaxRetryAfter);
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
  add_header("Authorization: Bearer " + options.api_key);
  add_header("Content-Type: application/json");
  add_header("Accept: application/json");
  add_header("Expect:");  // no waiting for leave to send a body this small
  set(easy, CURLOPT_HTTPHEADER, headers);
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);  // the key goes nowhere but to the host that was configured
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) set(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  if (!options.proxy.empty()) set(easy, CURLOPT_PROXY, options.proxy.c_str());
  // The headers above, and the key among them, are Persat's and not the proxy's.
  set(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  set(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  set(easy, CURLOPT_ACCEPT_ENCODING, "");  // whatever libcurl can read
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(options.timeout, kMaxConnectTime).count()));
  set(easy, CURLOPT_NOSIGNAL, 1L);
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
  initialise_curl();
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
