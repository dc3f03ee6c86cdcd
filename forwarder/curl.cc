#include "forwarder/curl.h"

#include <algorithm>
#include <new>
#include <stdexcept>

namespace rastro::curl {
namespace {

constexpr std::chrono::milliseconds kMaxConnectTime{10000};
// One more than a header can be of any use; a Retry-After date has 29 characters.
constexpr std::size_t kMaxRetryAfter = 64;

void initialise() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

// curl_easy_init() and curl_multi_init() want that done before.
template <typename Handle>
Handle* make_handle(Handle* (*make)()) {
  initialise();
  Handle* const handle = make();
  if (handle == nullptr) throw std::bad_alloc();
  return handle;
}

}  // namespace

Easy::Easy() : handle_(make_handle(&curl_easy_init)) {
  curl_easy_setopt(handle_, CURLOPT_PRIVATE, this);
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, error_.data());
}

Easy::~Easy() {
  break_off();
  curl_easy_cleanup(handle_);
}

void Easy::break_off() {
  if (under_way_in_ != nullptr) curl_multi_remove_handle(under_way_in_, handle_);
  under_way_in_ = nullptr;
}

void Easy::set_safe(std::chrono::milliseconds timeout) {
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(timeout, kMaxConnectTime).count()));
  set(CURLOPT_NOSIGNAL, 1L);
}

void Easy::check(CURLcode code) {
  if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

int Easy::status() const {
  long status = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

const char* Easy::fault(CURLcode result) const {
  return error_[0] != '\0' ? error_.data() : curl_easy_strerror(result);
}

Multi::Multi() : handle_(make_handle(&curl_multi_init)) {}

void Multi::keep_connections(std::size_t most) {
  curl_multi_setopt(handle_, CURLMOPT_MAXCONNECTS, static_cast<long>(most));
}

void Multi::add(Easy& easy) {
  const CURLMcode code = curl_multi_add_handle(handle_, easy.handle_);
  if (code != CURLM_OK) throw std::runtime_error(curl_multi_strerror(code));
  easy.under_way_in_ = handle_;
}

std::vector<Multi::Ended> Multi::wait(std::chrono::milliseconds timeout) {
  int running = 0;
  curl_multi_perform(handle_, &running);
  std::vector<Ended> ended = collect();
  if (!ended.empty()) return ended;
  curl_multi_poll(handle_, nullptr, 0, static_cast<int>(timeout.count()), nullptr);
  curl_multi_perform(handle_, &running);
  return collect();
}

std::vector<Multi::Ended> Multi::collect() {
  std::vector<Ended> ended;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(handle_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode result = message->data.result;
    char* user = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &user);
    Easy& easy = *reinterpret_cast<Easy*>(user);
    easy.break_off();
    ended.push_back({easy, result});
  }
  return ended;
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

bool append_body(std::string_view part, std::size_t most, std::string& body) {
  const std::size_t room = most - std::min(most, body.size());
  body.append(part.substr(0, room));
  return part.size() <= room;
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
