// Counts how often the program asks for memory. Whoever links this has its operator new. Any thread.
#pragma once

#include <cstdint>

namespace rastro::test {

// Since the program began.
std::int64_t allocation_count();

}  // namespace rastro::test
