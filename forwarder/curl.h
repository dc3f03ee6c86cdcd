// What every client here does with libcurl in the same way: setting it up, lists of headers, what is safe by
// default. Each object one thread; initialise() any.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <string>
#include <string_view>

namespace rastro::curl {

// Once, before anything else. Throws std::runtime_error when libcurl cannot be set up.
void initialise();

// Throws std::runtime_error, with libcurl's sentence, on a code that is not good.
void check(CURLcode code);
template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  check(curl_easy_setopt(easy, option, value));
}

// What no request goes without: HTTP only, certificates verified, no redirection (a key goes nowhere but to
// the host that was configured), no signals, a time for everything.
void set_safe(CURL* easy, std::chrono::milliseconds timeout);

// Header lines, "Name: value".
class Headers {
 public:
  Headers() = default;
  ~Headers() { clear(); }
  Headers(const Headers&) = delete;
  Headers& operator=(const Headers&) = delete;

  void add(const std::string& line);
  void clear();
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

// The value of a line that is a Retry-After header, cut to what can be of use; empty of any other line.
std::string_view find_retry_after(std::string_view line);

}  // namespace rastro::curl
