#include "forwarder/curl.h"

#include <algorithm>
#include <new>
#include <stdexcept>

namespace rastro::curl {
namespace {

constexpr std::chrono::milliseconds kMaxConnectTime{10000};
// One more than a header can be of any use; a Retry-After date has 29 characters.
constexpr std::size_t kMaxRetryAfter = 64;

}  // namespace

void check(CURLcode code) {
  if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

void initialise() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  check(code);
}

void set_safe(CURL* easy, std::chrono::milliseconds timeout) {
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(timeout, kMaxConnectTime).count()));
  set(easy, CURLOPT_NOSIGNAL, 1L);
}

void Headers::add(const std::string& line) {
  curl_slist* longer = curl_slist_append(list_, line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  list_ = longer;
}

void Headers::clear() {
  curl_slist_free_all(list_);
  list_ = nullptr;
}

std::string_view find_retry_after(std::string_view line) {
  constexpr std::string_view kName = "retry-after:";
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  if (!std::ranges::equal(line.substr(0, kName.size()), kName, {}, lower)) return {};
  std::string_view value = line.substr(kName.size());
  const std::size_t first = value.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  value = value.substr(first, value.find_last_not_of(" \t\r\n") - first + 1);
  return value.substr(0, kMaxRetryAfter);
}

}  // namespace rastro::curl
