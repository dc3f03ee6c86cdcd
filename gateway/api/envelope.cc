#include "gateway/api/envelope.h"

#include "schema/json.h"

namespace rastro {
namespace {

struct Kind {
  int status;
  std::string_view type;
};

Kind kind_of(ApiError error) {
  switch (error) {
    case ApiError::kBadRequest:
      return {400, "BAD_REQUEST"};
    case ApiError::kUnauthorized:
      return {401, "UNAUTHORIZED"};
    case ApiError::kForbidden:
      return {403, "FORBIDDEN"};
    case ApiError::kNotFound:
      return {404, "NOT_FOUND"};
    case ApiError::kConflict:
      return {409, "CONFLICT"};
    case ApiError::kUnsupportedMediaType:
      return {415, "UNSUPPORTED_MEDIA_TYPE"};
    case ApiError::kTooManyRequests:
      return {429, "TOO_MANY_REQUESTS"};
    case ApiError::kBadGateway:
      return {502, "BAD_GATEWAY"};
    case ApiError::kGatewayTimeout:
      return {504, "GATEWAY_TIMEOUT"};
    case ApiError::kUnavailable:
      return {503, "UNAVAILABLE"};
    case ApiError::kInternal:
      break;
  }
  return {500, "INTERNAL_ERROR"};
}

}  // namespace

HttpResponse success(std::string_view data) {
  HttpResponse response;
  response.body = R"({"success":true,"data":)";
  response.body += data;
  response.body += '}';
  return response;
}

HttpResponse success(std::string_view data, const Paging& paging) {
  HttpResponse response;
  response.body = R"({"success":true,"paging":{"offset":)" + std::to_string(paging.offset) + R"(,"limit":)" +
                  std::to_string(paging.limit) + R"(,"result":)" + std::to_string(paging.result) +
                  R"(,"total":)" + std::to_string(paging.total) + R"(},"data":)";
  response.body += data;
  response.body += '}';
  return response;
}

HttpResponse failure(ApiError error, std::string_view user_message, std::string_view code) {
  const Kind kind = kind_of(error);
  HttpResponse response;
  response.status = kind.status;
  response.body = R"({"success":false,"error":{"status":)" + std::to_string(kind.status) + R"(,"type":")";
  response.body += kind.type;
  response.body += R"(","userMessage":)";
  append_json_string(user_message, response.body);
  if (!code.empty()) {
    response.body += R"(,"code":)";
    append_json_string(code, response.body);
  }
  response.body += "}}";
  return response;
}

void append_time_member(std::string_view name, const std::optional<std::int64_t>& time_ms, std::string& out) {
  out.append(",\"").append(name).append("\":");
  if (!time_ms) {
    out += "null";
    return;
  }
  out += '"';
  append_iso8601(*time_ms, out);
  out += '"';
}

}  // namespace rastro
