// UTF-16BE, in which the family writes what is not ASCII (gt06.md 6.10, 6.11), from and to UTF-8. What is
// neither becomes U+FFFD. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/bytes.h"

namespace rastro::gt06 {

inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Letters, digits, signs and blanks of ASCII, with line ends and tabs.
bool is_plain_text(ByteView bytes);

// A last odd byte counts as a broken unit.
void append_utf8(ByteView utf16be, std::string& out);

// At most `max_units` units of 16 bits; no pair is cut.
void append_utf16be(std::string_view utf8, std::size_t max_units, std::vector<std::uint8_t>& out);

}  // namespace rastro::gt06
