#include "pipeline/journal/gone_files.h"

#include <utility>

namespace rastro::journal {
namespace {

constexpr std::uint64_t kPiece = 2U << 20;

}  // namespace

void GoneFiles::add(std::string name, std::uint64_t size) {
  files_.push_back({std::move(name), size, nullptr});
  bytes_.fetch_add(size, std::memory_order_relaxed);
}

// A file that cannot be cut is removed whole, and one that cannot be removed stays until the next start.
void GoneFiles::step() {
  if (files_.empty()) return;
  File& next = files_.front();
  if (next.size > kPiece && (next.file || folder_.open_for_append(next.name, next.file).ok()) &&
      next.file->truncate(next.size - kPiece).ok()) {
    next.size -= kPiece;
    bytes_.fetch_sub(kPiece, std::memory_order_relaxed);
    return;
  }
  folder_.remove(next.name);
  bytes_.fetch_sub(next.size, std::memory_order_relaxed);
  files_.pop_front();
}

}  // namespace rastro::journal
