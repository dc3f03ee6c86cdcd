// Counts how often the program asks for memory. Whoever links this has its operator new. Any thread.
#pragma once

#include <cstdint>

namespace rastro::test {

// Not under ThreadSanitizer, which has an operator new of its own, beside which there cannot be another.
bool counts_allocations();
// Since the program began.
std::int64_t allocation_count();

}  // namespace rastro::test
