// The protocols that this build knows. The list is made by CMake from one word each
// (protocols/CMakeLists.txt).
#pragma once

#include <span>
#include <string_view>

#include "protocols/session.h"

namespace rastro {

std::span<const Protocol* const> protocols();

// Null when there is none of that name.
const Protocol* find_protocol(std::string_view name);

}  // namespace rastro
