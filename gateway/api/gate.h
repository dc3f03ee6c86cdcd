// Lets a request through to its handler, or says why not: a good key, its role and scopes, and not too many
// requests. Any thread.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "forwarder/token_bucket.h"
#include "gateway/api/http_types.h"
#include "gateway/api/permission.h"

namespace rastro {

class Gate {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Options {
    double requests_per_second = 100;  // of one key
    std::function<Time()> now = &std::chrono::steady_clock::now;
  };
  using FindCaller = std::function<std::optional<Caller>(std::string_view key)>;

  Gate(FindCaller find_caller, Options options) : find_caller_(std::move(find_caller)), options_(options) {}

  // Of one key, from now on. Any thread.
  void set_pace(double requests_per_second);

  // Nothing: it may pass, and request.actor says who it is.
  std::optional<HttpResponse> refusal(HttpRequest& request, const Permission& needed);

 private:
  std::optional<HttpResponse> bad_key(const std::string& address);

  const FindCaller find_caller_;
  const Options options_;

  std::mutex mutex_;
  // All protected by mutex_.
  double pace_ = options_.requests_per_second;
  std::unordered_map<std::int64_t, forward::TokenBucket> keys_;
  std::unordered_map<std::string, forward::TokenBucket> bad_keys_;  // by address
};

}  // namespace rastro
