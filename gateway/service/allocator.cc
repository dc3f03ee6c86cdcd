#include "gateway/service/allocator.h"

#include <malloc.h>

namespace rastro {
namespace {

// glibc's own value at the start, which it would raise with each such block that is freed: mallopt(3).
constexpr int kLargeBlock = 128 << 10;

}  // namespace

void return_large_blocks() { ::mallopt(M_MMAP_THRESHOLD, kLargeBlock); }

void return_free_pages() { ::malloc_trim(0); }

}  // namespace rastro
