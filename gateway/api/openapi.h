// The OpenAPI document of /api/v1, as openapi.json has it.
#pragma once

#include <string_view>

namespace rastro {

std::string_view openapi_document();

}  // namespace rastro
