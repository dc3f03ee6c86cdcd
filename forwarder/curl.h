// What every client here does with libcurl in the same way: setting it up, one request or several at once,
// lists of headers, what is safe by default. Each object one thread; Multi::wake_up() any.
#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rastro::curl {

class Multi;

// One request after another, so that options are set once and connections are kept. A client's own kind of
// request derives from it, and breaks off before anything of it goes.
class Easy {
 public:
  // Throws std::runtime_error when libcurl cannot be set up.
  Easy();
  ~Easy();
  Easy(const Easy&) = delete;
  Easy& operator=(const Easy&) = delete;

  // Throws std::runtime_error, with libcurl's sentence, when it does not take the value.
  template <typename Value>
  void set(CURLoption option, Value value) {
    check(curl_easy_setopt(handle_, option, value));
  }
  // What no request goes without: HTTP only, certificates verified, no redirection (a key goes nowhere but to
  // the host that was configured), no signals, a time for everything.
  void set_safe(std::chrono::milliseconds timeout);
  // What is under way in a Multi.
  void break_off();
  CURL* get() const { return handle_; }
  // Before each request.
  void clear_error() { error_[0] = '\0'; }
  // Of the answer; 0 when none came.
  int status() const;
  // Why none came, for people.
  const char* fault(CURLcode result) const;

 private:
  friend class Multi;
  static void check(CURLcode code);

  CURL* const handle_;
  CURLM* under_way_in_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_{};
};

// Requests that are under way at once. Outlives those.
class Multi {
 public:
  struct Ended {
    Easy& easy;
    CURLcode result;
  };

  // Throws std::runtime_error when libcurl cannot be set up.
  Multi();
  ~Multi() { curl_multi_cleanup(handle_); }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  void keep_connections(std::size_t most);
  void add(Easy& easy);  // throws std::runtime_error when it cannot begin
  // Moves things on, and waits for more at most `timeout` when nothing has ended yet. What ended may be added
  // again.
  std::vector<Ended> wait(std::chrono::milliseconds timeout);
  // Ends a wait early.
  void wake_up() { curl_multi_wakeup(handle_); }

 private:
  std::vector<Ended> collect();

  CURLM* const handle_;
};

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

// Adds what came of an answer as long as that has at most `most` bytes; false when a part was left out.
bool append_body(std::string_view part, std::size_t most, std::string& body);

// The value of a line that is a Retry-After header, cut to what can be of use; empty of any other line.
std::string_view find_retry_after(std::string_view line);

}  // namespace rastro::curl
