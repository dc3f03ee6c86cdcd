// Why a call of Persat's API brought no answer, and the result that carries either. Values, owned by whoever
// holds them; pure.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rastro::persat {

// The documented ones are those of persat-api.md 1.2.
enum class ErrorKind : std::uint8_t {
  // Nothing came.
  kTransport,  // no connection, a name unknown, a certificate refused, an answer that broke off
  kTimeout,
  kTooLarge,  // a longer answer than Options::max_answer
  // Documented.
  kRefusedKey,            // 401; and 403, which is not documented
  kBadRequest,            // 400
  kNotFound,              // 404
  kConflict,              // 409
  kUnsupportedMediaType,  // 415
  kServer,                // 500; and the other 5xx
  kNotTheEnvelope,        // 200 with success:false, or without `success`
  // Not documented.
  kThrottled,         // 429
  kNotJson,           // a page of something between Persat and us
  kUnexpectedStatus,  // any other: a redirection, 405, 410, …
  kUnexpectedData,    // the envelope is well, `data` is not as documented
  // Our own side.
  kInvalidArgument,  // what no request can be made of: an empty id in a path
  kNotConfigured,    // the endpoint is not documented and nobody has told where it is (unconfirmed.h)
};
// As a metric label and in logs: "refused_key".
std::string_view error_kind_name(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::kTransport;
  int status = 0;            // of HTTP; 0: no answer
  std::string type;          // Persat's word: "BAD_REQUEST"
  std::string user_message;  // Persat's sentence for people, in Spanish; empty when it said none
  std::string detail;        // our own words, where Persat has none
  std::optional<std::chrono::milliseconds> retry_after{};  // of kThrottled and kServer, when it was said
};

// One line for logs and people: "GET /devices/7: HTTP 404 NOT_FOUND: No existe un device con este id".
std::string error_text(std::string_view call, const Error& error);

template <typename T>
using Result = boost::system::result<T, Error>;

// What Result::value() does without a value: std::runtime_error.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

}  // namespace rastro::persat
