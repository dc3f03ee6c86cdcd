// Sends JSON bodies to one URL over connections that stay open, several at once. The key is in memory only:
// in no error text, log or argument. One thread drives it; wake_up() may come from any.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "forwarder/answer.h"

namespace rastro::forward {

class HttpClient {
 public:
  struct Options {
    std::string url;
    std::string api_key;
    std::string method = "POST";  // or PUT
    // "Name: value"; ${api_key} stands for the key.
    std::vector<std::string> headers = {"Authorization: Bearer ${api_key}"};
    std::string idempotency_header = "Idempotency-Key";  // empty: none
    std::string user_agent;
    std::chrono::milliseconds timeout{20000};  // of a whole request
    std::size_t concurrency = 2;
  };
  struct Answer {
    void* tag = nullptr;
    HttpReply reply;
  };
  // More of a body is not read: Persat's answers have some hundred bytes (persat-api.md 8.2).
  static constexpr std::size_t kMaxBody = 256U << 10;

  // What is wrong with a URL; empty: nothing. Pure.
  static std::string url_fault(const std::string& url);
  // Lines of headers; nothing when one is none.
  static std::optional<std::vector<std::string>> parse_headers(std::string_view text);

  // Throws std::runtime_error when the URL is none or libcurl cannot be set up.
  explicit HttpClient(const Options& options);
  // Breaks off what is under way.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  bool has_room() const;
  // The body stays the caller's and in place until the answer. Only when there is room.
  void send(const std::string& body, const std::string& key, void* tag);
  // Moves things on and waits for more at most `timeout`; replaces `answers` with what has come.
  void wait(std::chrono::milliseconds timeout, std::vector<Answer>& answers);
  // Ends a wait early.
  void wake_up();

 private:
  struct Transfer;
  struct Handles;

  const std::string key_header_;
  std::unique_ptr<Handles> handles_;  // outlives the transfers
  std::vector<std::unique_ptr<Transfer>> transfers_;
  std::vector<Transfer*> idle_;
};

}  // namespace rastro::forward
