// Gates of the API for tests without a socket: one key, or any. Tests only.
#pragma once

#include <optional>
#include <string>

#include "gateway/api/envelope.h"
#include "gateway/api/router.h"

namespace rastro::test {

// Lets through who has that key, as `actor`.
inline Router::Gate one_key(std::string key, std::string actor = "apikey test") {
  return [key = std::move(key), actor = std::move(actor)](HttpRequest& request,
                                                          const Permission&) -> std::optional<HttpResponse> {
    if (request.authorization != "Bearer " + key)
      return failure(ApiError::kUnauthorized, "La API key no es válida");
    request.actor = actor;
    return {};
  };
}

}  // namespace rastro::test
