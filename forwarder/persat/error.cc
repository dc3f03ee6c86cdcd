#include "forwarder/persat/error.h"

#include <stdexcept>

namespace rastro::persat {

std::string_view error_kind_name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kTransport:
      return "transport";
    case ErrorKind::kTimeout:
      return "timeout";
    case ErrorKind::kTooLarge:
      return "too_large";
    case ErrorKind::kRefusedKey:
      return "refused_key";
    case ErrorKind::kBadRequest:
      return "bad_request";
    case ErrorKind::kNotFound:
      return "not_found";
    case ErrorKind::kConflict:
      return "conflict";
    case ErrorKind::kUnsupportedMediaType:
      return "unsupported_media_type";
    case ErrorKind::kServer:
      return "server";
    case ErrorKind::kNotTheEnvelope:
      return "not_the_envelope";
    case ErrorKind::kThrottled:
      return "throttled";
    case ErrorKind::kNotJson:
      return "not_json";
    case ErrorKind::kUnexpectedStatus:
      return "unexpected_status";
    case ErrorKind::kUnexpectedData:
      return "unexpected_data";
    case ErrorKind::kInvalidArgument:
      return "invalid_argument";
    case ErrorKind::kNotConfigured:
      break;
  }
  return "not_configured";
}

std::string error_text(std::string_view call, const Error& error) {
  std::string text(call);
  text += ": ";
  text +=
      error.status == 0 ? std::string(error_kind_name(error.kind)) : "HTTP " + std::to_string(error.status);
  if (!error.type.empty()) text += " " + error.type;
  if (!error.user_message.empty()) text += ": " + error.user_message;
  if (!error.detail.empty()) text += ": " + error.detail;
  return text;
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(error_text("Persat", error));
}

}  // namespace rastro::persat
