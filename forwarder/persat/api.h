// Persat's API as something to ask: one request after another, paced, each answer opened or its error named.
// The functions of device.h, client.h, work_order_calls.h, … ask through it. One thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "forwarder/persat/connection.h"
#include "forwarder/persat/envelope.h"
#include "forwarder/persat/target.h"
#include "forwarder/persat/unconfirmed.h"
#include "forwarder/token_bucket.h"

namespace rastro::persat {

// Where time comes from; tests bring their own and wait for nothing.
struct Clock {
  using Time = std::chrono::steady_clock::time_point;
  std::function<Time()> now;
  std::function<std::int64_t()> utc_ms;
  std::function<void(std::chrono::microseconds)> sleep;
};
Clock system_clock();

class Api {
 public:
  struct Options {
    Connection::Options connection;
    // No limit is documented (persat-api.md 8.2); public clients keep 200 to 250 ms between calls. 0: no
    // pacing.
    double requests_per_second = 4;
    double burst = 1;
    // A Retry-After is waited for and the request sent again, this often; then, or when it is longer than
    // `longest_wait`, the error is the caller's, and calls before its end are not sent.
    unsigned throttled_retries = 3;
    std::chrono::milliseconds longest_wait{60000};
    Unconfirmed unconfirmed;
  };
  using Send = std::function<HttpAnswer(const HttpRequest&)>;

  // Throws std::runtime_error as Connection does.
  explicit Api(Options options);
  // Over something else than a Connection.
  Api(Options options, Clock clock, Send send);

  Result<Answer> get(const Target& target) { return ask(Method::kGet, target, {}); }
  Result<Answer> post(const Target& target, const boost::json::object& body);
  Result<Answer> put(const Target& target, const boost::json::object& body);
  Result<Answer> remove(const Target& target) { return ask(Method::kDelete, target, {}); }
  const Unconfirmed& unconfirmed() const { return options_.unconfirmed; }

 private:
  Result<Answer> ask(Method method, const Target& target, std::string body);
  // Waits until a request may go; the error when that is too long.
  std::optional<Error> pace();
  void hide_key(Error& error) const;

  const Options options_;
  const Clock clock_;
  const Send send_;
  std::optional<forward::TokenBucket> bucket_;
  Clock::Time not_before_{};  // what a Retry-After asked for
};

}  // namespace rastro::persat
