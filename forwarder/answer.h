// What an answer of Persat's (persat-api.md 1.2 and 8.1), or of another target, means for the message that it
// answers. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rastro::forward {

// An answer as it came, or why none did.
struct HttpReply {
  int status = 0;               // 0: no answer
  std::string transport_error;  // for people; only without an answer
  std::string retry_after;      // the header's value, empty when there was none
  std::string body;
  bool too_large = false;  // the body is longer than is read; `body` is its beginning
};

// Why a message is parked: stored words (parked.jsonl) and a metric label.
enum class ParkReason : std::uint8_t {
  kBadRequest,
  kNotFound,
  kConflict,
  kUnsupportedMediaType,
  kRefused,  // another 4xx: nothing that sending it again would change
  kGivenUp,  // tried often enough (retry.h)
};
inline constexpr std::size_t kParkReasonCount = 6;
std::string_view park_reason_name(ParkReason reason);

enum class Outcome : std::uint8_t {
  kDelivered,
  kPark,   // never to be sent again: set aside, and on with the next
  kRetry,  // the same again, later
  kStop,   // the key is refused: nothing goes until it is mended
};

struct Verdict {
  Outcome outcome = Outcome::kRetry;
  ParkReason reason = ParkReason::kGivenUp;  // of kPark
  std::string sentence;                      // for people; empty when delivered
  // When the server says so. Meant for all messages, as the limit is the key's.
  std::optional<std::chrono::milliseconds> after;
  // Of kRetry: an answer that says nothing about the message or about a fault (a page of a proxy, a success
  // without the word). It may never become one that does.
  bool meaningless = false;
};

// What says that a message was taken.
enum class SuccessRule : std::uint8_t {
  kPersat,  // 200 and "success": true
  kHttp,    // any 2xx
};

// `now_ms` for a Retry-After that is a date.
Verdict judge(const HttpReply& reply, SuccessRule rule, std::int64_t now_ms);

// Seconds or an HTTP date, cut to an hour: a slip in a header shall not stop forwarding for a week.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text, std::int64_t now_ms);

}  // namespace rastro::forward
