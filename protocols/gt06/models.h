// Contents that single models give to numbers of the table: only the model set for a device tells them from
// the documented ones (SPEC.md). Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocols/gt06/decode.h"

namespace rastro::gt06 {

// Null where the model sends this number as the documents have it.
Decode find_model_decode(std::string_view model, std::uint8_t number);

}  // namespace rastro::gt06
