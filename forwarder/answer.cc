#include "forwarder/answer.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>

namespace rastro::forward {
namespace {

// A sentence goes into logs, parked.jsonl and metrics' neighbourhood; servers put whole pages into errors.
constexpr std::size_t kMaxSentence = 300;
constexpr std::chrono::hours kMaxRetryAfter{1};

// The envelope of persat-api.md 1.2; members that are not there, or not of their type, stay empty.
struct Envelope {
  std::optional<bool> success;
  int error_status = 0;
  std::string error_type;
  std::string user_message;
};

std::string text_member(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

// Nothing when the body is no JSON object.
std::optional<Envelope> parse_envelope(const std::string& body) {
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(body, error);
  if (error || !value.is_object()) return {};
  const boost::json::object& object = value.get_object();
  Envelope envelope;
  if (const auto* success = object.if_contains("success"); success != nullptr && success->is_bool()) {
    envelope.success = success->get_bool();
  }
  const auto* failure = object.if_contains("error");
  if (failure == nullptr || !failure->is_object()) return envelope;
  const boost::json::object& members = failure->get_object();
  if (const auto* status = members.if_contains("status"); status != nullptr && status->is_int64()) {
    envelope.error_status = static_cast<int>(std::clamp<std::int64_t>(status->get_int64(), 0, 999));
  }
  envelope.error_type = text_member(members, "type");
  envelope.user_message = text_member(members, "userMessage");
  return envelope;
}

// At a boundary of UTF-8 characters.
std::string cut(std::string text) {
  if (text.size() <= kMaxSentence) return text;
  std::size_t end = kMaxSentence;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  text.resize(end);
  return text + "…";
}

std::string sentence_of(int status, const std::optional<Envelope>& envelope) {
  std::string sentence = "HTTP " + std::to_string(status);
  if (!envelope) return sentence + " without Persat's JSON";
  if (!envelope->error_type.empty()) sentence += " " + envelope->error_type;
  if (!envelope->user_message.empty()) sentence += ": " + envelope->user_message;
  return cut(std::move(sentence));
}

Verdict retry(std::string sentence) {
  Verdict verdict;
  verdict.outcome = Outcome::kRetry;
  verdict.sentence = std::move(sentence);
  return verdict;
}

Verdict meaningless(std::string sentence) {
  Verdict verdict = retry(std::move(sentence));
  verdict.meaningless = true;
  return verdict;
}

Verdict park(ParkReason reason, std::string sentence) {
  Verdict verdict;
  verdict.outcome = Outcome::kPark;
  verdict.reason = reason;
  verdict.sentence = std::move(sentence);
  return verdict;
}

// A status that is a failure; also the one inside of an envelope that came with 200.
Verdict judge_failure(int status, std::string sentence) {
  switch (status) {
    case 401:
    case 403: {
      Verdict verdict = retry(std::move(sentence));
      verdict.outcome = Outcome::kStop;
      return verdict;
    }
    case 400:
      return park(ParkReason::kBadRequest, std::move(sentence));
    case 404:
      return park(ParkReason::kNotFound, std::move(sentence));
    case 409:
      return park(ParkReason::kConflict, std::move(sentence));
    case 415:
      return park(ParkReason::kUnsupportedMediaType, std::move(sentence));
    // Not documented by Persat; by their HTTP meaning they pass: timeout, too early, too many.
    case 408:
    case 425:
    case 429:
      return retry(std::move(sentence));
    default:
      break;
  }
  if (status >= 400 && status < 500) return park(ParkReason::kRefused, std::move(sentence));
  if (status >= 500 && status < 600) return retry(std::move(sentence));
  return meaningless(std::move(sentence));
}

int status_of_type(std::string_view type) {
  if (type == "BAD_REQUEST") return 400;
  if (type == "UNAUTHORIZED") return 401;
  if (type == "NOT_FOUND") return 404;
  if (type == "CONFLICT") return 409;
  if (type == "UNSUPPORTED_MEDIA_TYPE") return 415;
  if (type == "INTERNAL_ERROR") return 500;
  return 0;
}

Verdict judge_ok(const std::optional<Envelope>& envelope) {
  if (!envelope || !envelope->success) {
    return meaningless("HTTP 200 " + std::string(envelope ? "without 'success'" : "without Persat's JSON"));
  }
  if (*envelope->success) return {Outcome::kDelivered, {}, {}, {}, false};
  const int by_type = status_of_type(envelope->error_type);
  return judge_failure(by_type != 0 ? by_type : envelope->error_status, sentence_of(200, envelope));
}

// A page of something between Persat and us, which knows nothing of the message.
bool is_html(std::string_view body) {
  const std::size_t start = body.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return start != std::string_view::npos && body[start] == '<';
}

}  // namespace

std::string_view park_reason_name(ParkReason reason) {
  switch (reason) {
    case ParkReason::kBadRequest:
      return "bad_request";
    case ParkReason::kNotFound:
      return "not_found";
    case ParkReason::kConflict:
      return "conflict";
    case ParkReason::kUnsupportedMediaType:
      return "unsupported_media_type";
    case ParkReason::kRefused:
      return "refused";
    case ParkReason::kGivenUp:
      break;
  }
  return "given_up";
}

Verdict judge(const HttpReply& reply, SuccessRule rule, std::int64_t now_ms) {
  if (reply.status == 0) return retry(cut("no answer: " + reply.transport_error));
  Verdict verdict;
  const bool is_success = reply.status >= 200 && reply.status < 300;
  if (rule == SuccessRule::kHttp && is_success) return {Outcome::kDelivered, {}, {}, {}, false};
  if (reply.too_large) {
    verdict = meaningless("HTTP " + std::to_string(reply.status) + " with more text than is read");
  } else {
    const auto envelope = parse_envelope(reply.body);
    verdict = reply.status == 200 ? judge_ok(envelope)
                                  : judge_failure(reply.status, sentence_of(reply.status, envelope));
    if (verdict.outcome == Outcome::kPark && is_html(reply.body)) {
      verdict = meaningless(sentence_of(reply.status, envelope));
    }
  }
  if (verdict.outcome == Outcome::kRetry) verdict.after = parse_retry_after(reply.retry_after, now_ms);
  return verdict;
}

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text, std::int64_t now_ms) {
  using std::chrono::milliseconds;
  const milliseconds most = kMaxRetryAfter;
  if (text.empty()) return {};
  if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    std::int64_t seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (read.ec != std::errc() || seconds > kMaxRetryAfter / std::chrono::seconds(1)) return most;
    return milliseconds(std::chrono::seconds(seconds));
  }
  std::istringstream in{std::string(text)};
  in.imbue(std::locale::classic());
  std::tm date{};
  in >> std::get_time(&date, "%a, %d %b %Y %H:%M:%S");
  if (in.fail()) return {};
  const auto day = std::chrono::sys_days(std::chrono::year(date.tm_year + 1900) /
                                         std::chrono::month(static_cast<unsigned>(date.tm_mon + 1)) /
                                         std::chrono::day(static_cast<unsigned>(date.tm_mday)));
  const milliseconds at = day.time_since_epoch() + std::chrono::hours(date.tm_hour) +
                          std::chrono::minutes(date.tm_min) + std::chrono::seconds(date.tm_sec);
  return std::clamp(at - milliseconds(now_ms), milliseconds(0), most);
}

}  // namespace rastro::forward
