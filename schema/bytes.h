// A view of bytes that somebody else owns. It is good as long as the owner keeps them in place; the function
// that hands one out says how long that is.
#pragma once

#include <cstdint>
#include <span>

namespace rastro {

using ByteView = std::span<const std::uint8_t>;

}  // namespace rastro
