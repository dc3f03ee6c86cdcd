// A place in the journal, between two records: what a consumer has done with, or up to where records are
// durable.
#pragma once

#include <compare>
#include <cstdint>

namespace rastro::journal {

struct Cursor {
  std::uint64_t position = 0;  // bytes since the journal's first record
  std::uint64_t units = 0;     // stored units (schema/record.h, count_units) before that position

  friend auto operator<=>(const Cursor&, const Cursor&) = default;
};

}  // namespace rastro::journal
