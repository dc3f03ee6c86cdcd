#include "tests/support/allocation_count.h"

#include <atomic>
#include <cstdlib>
#include <new>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RASTRO_OTHER_OPERATOR_NEW
#endif
#endif

namespace {

std::atomic<std::int64_t> allocations{0};

}  // namespace

#ifndef RASTRO_OTHER_OPERATOR_NEW
void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(size == 0 ? 1 : size); memory != nullptr) return memory;
  throw std::bad_alloc();
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace rastro::test {

#ifdef RASTRO_OTHER_OPERATOR_NEW
bool counts_allocations() { return false; }
#else
bool counts_allocations() { return true; }
#endif

std::int64_t allocation_count() { return allocations.load(std::memory_order_relaxed); }

}  // namespace rastro::test
