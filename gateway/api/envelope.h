// Persat's answer envelope (persat-api.md 1.2): success with data, or an error with status, type and a
// Spanish message for display. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/api/http_types.h"

namespace rastro {

enum class ApiError : std::uint8_t {
  kBadRequest,
  kUnauthorized,
  kForbidden,  // not Persat's, whose keys may do everything
  kNotFound,
  kConflict,
  kUnsupportedMediaType,
  kInternal,
  kTooManyRequests,  // not Persat's
  kBadGateway,       // what is behind this gateway failed
  kGatewayTimeout,
  kUnavailable,  // not Persat's: the gateway itself waits for its database
};

// Of a collection (persat-api.md 1.2).
struct Paging {
  std::int64_t offset = 0;
  std::int64_t limit = 0;   // items in this answer
  std::int64_t result = 0;  // items that match
  std::int64_t total = 0;   // items in the collection
};

// `data` is JSON text.
HttpResponse success(std::string_view data);
HttpResponse success(std::string_view data, const Paging& paging);
// `code` names what is wrong more closely, for programs; without one there is no such member, as with Persat.
HttpResponse failure(ApiError error, std::string_view user_message, std::string_view code = {});

// `,"name":"2026-11-24T15:30:00.000Z"`, or null.
void append_time_member(std::string_view name, const std::optional<std::int64_t>& time_ms, std::string& out);

}  // namespace rastro
