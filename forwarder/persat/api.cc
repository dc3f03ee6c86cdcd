#include "forwarder/persat/api.h"

#include <thread>

namespace rastro::persat {
namespace {

// A request that was throttled without a word of when to come again.
constexpr std::chrono::milliseconds kDefaultPause{1000};

Api::Send connect(const Connection::Options& options) {
  const auto connection = std::make_shared<Connection>(options);
  return [connection](const HttpRequest& request) { return connection->send(request); };
}

void hide(const std::string& secret, std::string& text) {
  if (secret.empty()) return;
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
    text.replace(at, secret.size(), "…");
  }
}

}  // namespace

Clock system_clock() {
  using std::chrono::milliseconds;
  return {[] { return std::chrono::steady_clock::now(); },
          [] {
            const auto now = std::chrono::system_clock::now().time_since_epoch();
            return std::chrono::duration_cast<milliseconds>(now).count();
          },
          [](std::chrono::microseconds time) { std::this_thread::sleep_for(time); }};
}

Api::Api(Options options, Clock clock, Send send)
    : options_(std::move(options)), clock_(std::move(clock)), send_(std::move(send)) {
  if (options_.requests_per_second > 0) bucket_.emplace(options_.requests_per_second, options_.burst);
}

Api::Api(Options options) : Api(options, system_clock(), connect(options.connection)) {}

Result<Answer> Api::post(const Target& target, const boost::json::object& body) {
  return ask(Method::kPost, target, boost::json::serialize(body));
}

Result<Answer> Api::put(const Target& target, const boost::json::object& body) {
  return ask(Method::kPut, target, boost::json::serialize(body));
}

Result<Answer> Api::ask(Method method, const Target& target, std::string body) {
  if (!target.valid()) return Error{ErrorKind::kInvalidArgument, 0, {}, {}, "no id for " + target.text()};
  const HttpRequest request{method, target.text(), std::move(body)};
  for (unsigned tries = 0;; ++tries) {
    if (auto error = pace()) return *std::move(error);
    Result<Answer> answer = decode_answer(send_(request), clock_.utc_ms());
    if (answer) return answer;
    Error error = answer.error();
    hide_key(error);
    const bool throttled = error.kind == ErrorKind::kThrottled;
    if (throttled || error.retry_after) {
      not_before_ = clock_.now() + error.retry_after.value_or(kDefaultPause);
    }
    // Only what was throttled was surely not done; a fault may have come after the deed.
    if (!throttled || tries >= options_.throttled_retries) return error;
    if (error.retry_after.value_or(kDefaultPause) > options_.longest_wait) return error;
  }
}

std::optional<Error> Api::pace() {
  using std::chrono::ceil;
  using std::chrono::milliseconds;
  const auto now = clock_.now();
  if (now < not_before_) {
    const auto wait = ceil<milliseconds>(not_before_ - now);
    if (wait > options_.longest_wait) {
      return Error{ErrorKind::kThrottled, 0, {}, {}, "not sent: Persat asked for a pause", wait};
    }
    clock_.sleep(wait);
  }
  while (bucket_ && !bucket_->take(clock_.now())) {
    const auto at = clock_.now();
    clock_.sleep(ceil<std::chrono::microseconds>(bucket_->next(at) - at));
  }
  return {};
}

// A server may say back what it was sent.
void Api::hide_key(Error& error) const {
  hide(options_.connection.api_key, error.type);
  hide(options_.connection.api_key, error.user_message);
  hide(options_.connection.api_key, error.detail);
}

}  // namespace rastro::persat
