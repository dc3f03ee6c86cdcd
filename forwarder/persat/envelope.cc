#include "forwarder/persat/envelope.h"

#include <algorithm>

#include "forwarder/answer.h"

namespace rastro::persat {
namespace {

namespace json = boost::json;

// Of what a server says to people; some put whole pages there.
constexpr std::size_t kMaxSentence = 1000;
// Deep enough for any form of Persat's, and no stack is spent on a hostile one.
constexpr std::size_t kMaxDepth = 64;

// At a boundary of UTF-8 characters.
std::string cut(std::string text) {
  if (text.size() <= kMaxSentence) return text;
  std::size_t end = kMaxSentence;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  text.resize(end);
  return text;
}

std::optional<json::object> parse_object(const std::string& body) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::error_code error;
  json::value value = json::parse(body, error, {}, options);
  if (error || !value.is_object()) return {};
  return std::move(value.get_object());
}

std::string text_member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return cut(std::string(value->get_string()));
}

ErrorKind kind_of(int status) {
  switch (status) {
    case 400:
      return ErrorKind::kBadRequest;
    case 401:
    case 403:
      return ErrorKind::kRefusedKey;
    case 404:
      return ErrorKind::kNotFound;
    case 409:
      return ErrorKind::kConflict;
    case 415:
      return ErrorKind::kUnsupportedMediaType;
    case 429:
      return ErrorKind::kThrottled;
    default:
      return status >= 500 && status < 600 ? ErrorKind::kServer : ErrorKind::kUnexpectedStatus;
  }
}

// Whether a status says the same whoever sent it. Of the others a page without the envelope says nothing
// about what was asked: a proxy's 404 does not mean that Persat has no such client.
bool means_itself(ErrorKind kind) {
  return kind == ErrorKind::kRefusedKey || kind == ErrorKind::kThrottled || kind == ErrorKind::kServer;
}

Error failure(const HttpAnswer& answer, const std::optional<json::object>& envelope) {
  Error error;
  error.status = answer.status;
  error.kind = kind_of(answer.status);
  const json::value* said = envelope ? envelope->if_contains("error") : nullptr;
  if (said != nullptr && said->is_object()) {
    error.type = text_member(said->get_object(), "type");
    error.user_message = text_member(said->get_object(), "userMessage");
  } else {
    error.detail = "without Persat's JSON";
    if (!means_itself(error.kind)) error.kind = ErrorKind::kNotJson;
  }
  return error;
}

Error no_answer(const HttpAnswer& answer) {
  Error error;
  error.kind = answer.failure == NoAnswer::kTimeout    ? ErrorKind::kTimeout
               : answer.failure == NoAnswer::kTooLarge ? ErrorKind::kTooLarge
                                                       : ErrorKind::kTransport;
  error.status = answer.failure == NoAnswer::kTooLarge ? answer.status : 0;
  error.detail = cut(answer.fault);
  return error;
}

std::optional<std::uint64_t> count_member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return {};
  json::error_code error;
  const auto count = value->to_number<std::uint64_t>(error);
  if (error) return {};
  return count;
}

Paging decode_paging(const json::object& envelope) {
  const json::value* value = envelope.if_contains("paging");
  if (value == nullptr || !value->is_object()) return {};
  const json::object& object = value->get_object();
  Paging paging{count_member(object, "offset"), count_member(object, "limit"), count_member(object, "result"),
                count_member(object, "total")};
  const json::value* next = object.if_contains("next");
  if (next == nullptr || next->is_null()) return paging;
  // Opaque: a number is handed back as it was written.
  paging.next = next->is_string() ? std::string(next->get_string()) : json::serialize(*next);
  return paging;
}

}  // namespace

Result<Answer> decode_answer(const HttpAnswer& answer, std::int64_t now_ms) {
  if (answer.failure != NoAnswer::kNone) return no_answer(answer);
  std::optional<json::object> envelope = parse_object(answer.body);
  if (answer.status != 200) {
    Error error = failure(answer, envelope);
    if (error.kind == ErrorKind::kThrottled || error.kind == ErrorKind::kServer) {
      error.retry_after = forward::parse_retry_after(answer.retry_after, now_ms);
    }
    return error;
  }
  if (!envelope) return Error{ErrorKind::kNotJson, 200, {}, {}, "without Persat's JSON"};
  const json::value* success = envelope->if_contains("success");
  if (success == nullptr || !success->is_bool() || !success->get_bool()) {
    Error error = failure(answer, envelope);
    error.kind = ErrorKind::kNotTheEnvelope;
    error.detail = success == nullptr ? "without 'success'" : "'success' is not true";
    return error;
  }
  Answer decoded{nullptr, decode_paging(*envelope)};
  if (json::value* data = envelope->if_contains("data")) decoded.data = std::move(*data);
  return decoded;
}

}  // namespace rastro::persat
